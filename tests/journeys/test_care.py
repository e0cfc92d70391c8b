"""Chromium after the answer: a link to a clinic and back, two dates side by side, a note being written."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from diagnosis.models import Disease
from tests.browsing import opened
from tests.factories import drawn_photo
from tests.ml.test_compare import skin, taken_again

pytestmark = [
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("room"),
]
RESULT = re.compile(r"/en/cases/[^/]+/$")


@pytest.fixture(params=[True, False], ids=["with-javascript", "without-javascript"])
def visitor(request: pytest.FixtureRequest, browser: Browser, live_server: LiveServer) -> Iterator[BrowserContext]:
    """A browser that was never here before."""
    context = browser.new_context(base_url=live_server.url, java_script_enabled=request.param)
    context.set_default_timeout(30_000)
    yield context
    context.close()


def checked(page: Page, photo: Path, species: str = "Dog", body_site: str = "Eye") -> str:
    """From the form to a result; gives its address."""
    page.goto("/en/")
    for name in (species, body_site):
        page.get_by_role("radio", name=name, exact=True).check()
    if species == "Person":
        page.locator("[name=consent]").check()
    page.locator("[name=photo]").set_input_files(photo)
    if page.locator("[data-photos][data-live]").count():
        expect(page.locator("[data-chosen] img")).to_have_count(1)
    page.get_by_role("button", name="Check this photo").click()
    page.wait_for_url(RESULT)
    return page.url


def test_a_link_leads_a_clinic_to_the_case_and_its_tick_back(
    visitor: BrowserContext, browser: Browser, tmp_path: Path
) -> None:
    drawn_photo(640, 480).save(tmp_path / "spot.jpg")
    page, complaints = opened(visitor)
    there = checked(page, tmp_path / "spot.jpg")
    page.get_by_role("link", name="Link with QR code").click()
    page.get_by_role("button", name="Make the link").click()
    link = page.locator("a[href*='/shared/']").get_attribute("href") or ""
    expect(page.get_by_alt_text("QR code of the link below")).to_be_visible()
    clinic = browser.new_context()
    theirs, strange = opened(clinic, link)
    theirs.get_by_role("link", name="Tick what was found").click()
    theirs.get_by_role("radio", name="Cataract").check()
    theirs.get_by_role("button", name="Tick it").click()
    expect(theirs.get_by_role("status")).to_contain_text("Ticked so far")
    page.goto(there)
    page.get_by_role("button", name="Yes", exact=True).click()
    expect(page.locator("#feedback")).to_contain_text("The clinic ticked:")
    page.goto(f"{there}share/")
    page.get_by_role("button", name="End the link now").click()
    assert clinic.request.get(link).status == 404
    assert complaints == [] and strange == []
    clinic.close()


def test_a_comment_and_consent_go_without_a_clinic_s_word(visitor: BrowserContext, tmp_path: Path) -> None:
    drawn_photo(640, 480).save(tmp_path / "spot.jpg")
    page, complaints = opened(visitor)
    there = checked(page, tmp_path / "spot.jpg")
    page.get_by_role("button", name="Yes", exact=True).click()
    page.locator("#feedback textarea").fill("It was red.\nNow it is not.")
    page.locator("#feedback [name=may_train]").check()
    with page.expect_response(re.compile("/feedback/more/$")):
        page.get_by_role("button", name="Send", exact=True).click()
    page.goto(there)
    expect(page.locator("#feedback textarea")).to_have_value("It was red.\nNow it is not.")
    expect(page.locator("#feedback [name=may_train]")).to_be_checked()
    assert complaints == []


def test_two_dates_of_a_patient_stand_side_by_side(visitor: BrowserContext, tmp_path: Path) -> None:
    skin().save(tmp_path / "first.jpg")
    taken_again(skin()).save(tmp_path / "second.jpg")
    page, complaints = opened(visitor)
    first = checked(page, tmp_path / "first.jpg", "Person", "Skin")
    page.get_by_role("button", name=re.compile("Keep until")).last.click()
    expect(page.get_by_role("status").first).to_contain_text("kept until the day you chose")
    page.goto(first)
    page.get_by_role("link", name="Start a timeline").click()
    page.get_by_label("name").fill("Me")
    page.get_by_role("button", name="Start", exact=True).click()
    checked(page, tmp_path / "second.jpg", "Person", "Skin")
    page.get_by_role("button", name="Put on the timeline").click()
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_alt_text("The earlier photo")).to_be_visible()
    expect(page.get_by_role("heading", name="Has the outline changed?")).to_be_visible()
    assert complaints == []


def test_an_editor_sees_the_words_while_writing_them(browser: Browser, live_server: LiveServer) -> None:
    User.objects.create_superuser("editor", password="a-long-enough-phrase")
    disease = Disease.objects.get(species__code="dog", body_site__code="eye", code="cataract")
    context = browser.new_context(base_url=live_server.url, locale="en-GB")
    page, complaints = opened(context, f"/admin/login/?next=/admin/diagnosis/disease/{disease.pk}/change/")
    page.locator("[name=username]").fill("editor")
    page.locator("[name=password]").fill("a-long-enough-phrase")
    page.locator("[type=submit]").click()
    tabs = page.get_by_role("tab")
    expect(tabs).to_have_count(2)
    tabs.last.click()
    page.locator("#id_notes-2-0-text").fill("Freshly written.")
    expect(page.locator("[data-preview] [lang=en]")).to_contain_text("Freshly written.")
    expect(page.locator("#id_notes-0-text")).to_be_hidden()
    assert complaints == []
    context.close()
