"""Light, dark or as the system: the choice holds on the next page and can be taken back."""

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("room")]

PAPER = {"light": "rgb(250, 246, 240)", "dark": "rgb(16, 23, 22)"}

BAR = """[...document.querySelectorAll('[name=theme-color]')]
    .filter(one => matchMedia(one.media).matches).map(one => one.content)"""


def _choose(page: Page, name: str) -> None:
    page.get_by_role("button", name="Colours").click()
    page.get_by_role("radio", name=name).check()
    page.keyboard.press("Escape")
    expect(page.get_by_role("radio", name=name)).to_be_hidden()


def test_colours_follow_the_system_until_somebody_chooses(browser: Browser, live_server: LiveServer) -> None:
    context = browser.new_context(base_url=live_server.url, color_scheme="dark")
    page = context.new_page()
    page.goto("/en/about/")
    body = page.locator("body")
    expect(body).to_have_css("background-color", PAPER["dark"])
    _choose(page, "Light")
    expect(body).to_have_css("background-color", PAPER["light"])
    page.goto("/en/privacy/")
    expect(body).to_have_css("background-color", PAPER["light"])
    assert page.evaluate(BAR) == ["#faf6f0"]  # the browser's own bar goes with the page
    _choose(page, "As the system")
    expect(body).to_have_css("background-color", PAPER["dark"])
    assert page.evaluate(BAR) == ["#101716"]
    context.close()


def test_the_desk_wears_the_site_s_typeface(browser: Browser, live_server: LiveServer) -> None:
    page = browser.new_page(base_url=live_server.url)
    page.goto("/admin/login/")
    assert "Pretendard" in page.locator("body").evaluate("body => getComputedStyle(body).fontFamily")
    page.close()
