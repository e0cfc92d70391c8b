"""Chromium from the first page to a result and back: with and without JavaScript, in two browsers, in two languages."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browsing import opened
from tests.factories import drawn_photo, encoded

pytestmark = [
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("room"),
]
PATIENCE_MS = 15_000
RESULT = re.compile(r"/en/cases/[^/]+/$")
# A tick is no element of its own: where it lies follows from its label's edge and its inset.
COVERED = """[...document.querySelectorAll('.choice :checked + label')].filter((label) => {
    const [box, word] = [label, label.querySelector('span')].map((one) => one.getBoundingClientRect());
    const tick = getComputedStyle(label, '::after');
    const [top, right, size] = [tick.top, tick.right, tick.width].map(parseFloat);
    return box.right - right - size < word.right && box.top + top + size > word.top;
}).map((label) => label.textContent)"""


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A drawn photo on the visitor's disk."""
    path = tmp_path / "spot.jpg"
    path.write_bytes(encoded(drawn_photo(640, 480)))
    return path


@pytest.fixture(params=[True, False], ids=["with-javascript", "without-javascript"])
def visitor(request: pytest.FixtureRequest, browser: Browser, live_server: LiveServer) -> Iterator[BrowserContext]:
    """A browser that was never here before."""
    context = browser.new_context(base_url=live_server.url, java_script_enabled=request.param)
    context.set_default_timeout(PATIENCE_MS)
    yield context
    context.close()


def choose(page: Page, species: str, body_site: str) -> None:
    """Press the big buttons, which are radio buttons to a keyboard or a screen reader."""
    for name in (species, body_site):
        page.get_by_role("radio", name=name, exact=True).check()


def send(page: Page, photo: Path) -> None:
    """From the empty form to the result."""
    choose(page, "Dog", "Eye")
    page.locator("[name=photo]").set_input_files(photo)
    if page.locator("[data-photos][data-live]").count():
        expect(page.locator("[data-chosen] img")).to_have_count(1)
    page.get_by_role("button", name="Check this photo").click()
    page.wait_for_url(RESULT)


def test_a_photo_leads_to_an_answer_with_its_evidence(visitor: BrowserContext, photo: Path) -> None:
    page, complaints = opened(visitor)
    send(page, photo)
    expect(page.get_by_role("heading", name="This looks most like")).to_be_visible()
    expect(page.locator(".probs li")).to_have_count(5)
    expect(page.get_by_role("link", name="Find a clinic nearby").first).to_be_visible()
    for picture in page.locator("[data-evidence] img").all():
        answer = page.request.get(picture.get_attribute("src") or "")
        assert (answer.status, answer.headers["content-type"].split("/")[0]) == (200, "image")
    assert complaints == []


def test_nobody_else_sees_a_case_or_its_picture(visitor: BrowserContext, browser: Browser, photo: Path) -> None:
    mine, _ = opened(visitor)
    send(mine, photo)
    picture = mine.locator("[data-evidence] img").first.get_attribute("src") or ""
    stranger = browser.new_context(base_url=mine.url.partition("/en/")[0])
    assert [visitor.request.get(address).status for address in (mine.url, picture)] == [200, 200]
    assert [stranger.request.get(address).status for address in (mine.url, picture)] == [404, 404]
    theirs, complaints = opened(stranger, "/en/my-cases/")
    expect(theirs.get_by_text("Nothing here yet")).to_be_visible()
    mine.goto("/en/my-cases/")
    expect(mine.locator(".cases li")).to_have_count(1)
    assert complaints == []
    stranger.close()


def test_another_language_keeps_the_page(visitor: BrowserContext, photo: Path) -> None:
    page, complaints = opened(visitor)
    send(page, photo)
    there = page.url
    page.get_by_role("button", name="한국어").click()
    page.wait_for_url(there.replace("/en/", "/ko/"))
    expect(page.locator("html")).to_have_attribute("lang", "ko")
    expect(page.get_by_role("heading", name="사진과 가장 가까운 질환은")).to_be_visible()
    page.get_by_role("button", name="English").click()
    page.wait_for_url(there)
    assert complaints == []


def test_a_deleted_case_is_gone(visitor: BrowserContext, photo: Path) -> None:
    page, complaints = opened(visitor)
    send(page, photo)
    there = page.url
    page.get_by_role("button", name="Delete photo and answer now").click()
    expect(page.get_by_role("heading", name="Your photo and the answer are deleted")).to_be_visible()
    assert visitor.request.get(there).status == 404
    assert complaints == []


def test_a_file_that_is_no_photo_is_explained(visitor: BrowserContext, tmp_path: Path) -> None:
    page, _ = opened(visitor)  # the refusal itself is an error on the console: its status is 422
    choose(page, "Dog", "Eye")
    words = tmp_path / "words.jpg"
    words.write_text("no photo")
    page.locator("[name=photo]").set_input_files(words)
    page.get_by_role("button", name="Check this photo").click()
    expect(page.get_by_role("alert").get_by_text("This file is not a photo we can read.")).to_be_visible()


def test_what_no_model_judges_leads_to_what_to_look_for(visitor: BrowserContext, photo: Path) -> None:
    page, _ = opened(visitor)
    choose(page, "Cat", "Eye")
    page.locator("[name=photo]").set_input_files(photo)
    page.get_by_role("button", name="Check this photo").click()
    expect(page.get_by_role("alert").get_by_text("We have no model that judges this honestly yet")).to_be_visible()
    page.goto("/en/guide/cat/eye/")
    expect(page.get_by_role("heading", name="When it cannot wait")).to_be_visible()


@pytest.mark.parametrize("path", ["/en/", "/ko/", "/ko/diseases/", "/ko/guide/cat/eye/", "/ko/about/", "/ko/clinics/"])
def test_no_page_is_wider_than_a_small_phone(browser: Browser, live_server: LiveServer, path: str) -> None:
    context = browser.new_context(base_url=live_server.url, viewport={"width": 320, "height": 640})
    page, complaints = opened(context, path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert complaints == []
    context.close()


def test_magnified_fourfold_the_menu_leaves_the_window_to_the_page(browser: Browser, live_server: LiveServer) -> None:
    context = browser.new_context(base_url=live_server.url, viewport={"width": 320, "height": 256})
    page, _ = opened(context)
    assert page.locator(".site-nav").evaluate("nav => getComputedStyle(nav).position") == "static"
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.locator(".site-nav").evaluate("nav => getComputedStyle(nav).position") == "fixed"
    context.close()


def test_the_tick_of_a_chosen_answer_covers_no_word_on_a_small_phone(browser: Browser, live_server: LiveServer) -> None:
    context = browser.new_context(base_url=live_server.url, viewport={"width": 320, "height": 700})
    page, _ = opened(context)
    choose(page, "Dog", "Skin")
    assert page.evaluate(COVERED) == []
    context.close()


def test_a_cat_eye_leads_to_its_guide(visitor: BrowserContext, photo: Path) -> None:
    page, _ = opened(visitor)
    choose(page, "Cat", "Eye")
    page.locator("[name=photo]").set_input_files(photo)
    page.get_by_role("button", name="Check this photo").click()
    page.get_by_role("alert").get_by_role("link", name="What to look for, and where to go").click()
    page.wait_for_url("**/en/guide/cat/eye/")
