"""On a small phone with text twice as large nothing sticks out, and no word is broken letter by letter."""

from collections.abc import Iterator

import pytest
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import Browser, BrowserContext
from pytest_django.live_server_helper import LiveServer

from diagnosis.models import Patient
from tests.factories import new_case
from tests.journeys.house import OWNER, House, furnished
from tests.journeys.looking import overhang

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("room")]

ENLARGE = "document.documentElement.style.fontSize = '200%'"
# Without ours, Korean is set in boxes half as wide where the machine has no Korean typeface.
TYPEFACE = "document.fonts.ready.then(() => 0)"
# Texts of three lines or more with hardly a letter on each.
COLUMNS = """() => {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
    while (texts.nextNode()) {
        const text = texts.currentNode, said = text.data.trim(), range = document.createRange();
        if (said.length < 6 || !text.parentElement.checkVisibility({visibilityProperty: true})) continue;
        range.selectNodeContents(text);
        const lines = new Set([...range.getClientRects()].map(line => Math.round(line.top))).size;
        if (lines > 2 && said.length / lines < 2.5) found.push(said);
    }
    return found;
}"""
CUT = """() => [...document.querySelectorAll('main *, header *')].filter(one => {
    const box = one.getBoundingClientRect();
    return box.width && box.height && box.right > innerWidth + 1
        && !one.closest('.scroll, .map, .visually-hidden, .site-nav, [popover], svg, .scale');
}).map(one => one.outerHTML.slice(0, 100))"""


@pytest.fixture
def house() -> House:
    return furnished()


@pytest.fixture
def phone(browser: Browser, live_server: LiveServer, house: House) -> Iterator[BrowserContext]:
    session = SessionStore()
    session["owner"] = OWNER
    session.create()
    size = {"width": 360, "height": 640}
    context = browser.new_context(base_url=live_server.url, service_workers="block", viewport=size)  # type: ignore[arg-type]
    context.add_cookies([{"name": "session", "value": str(session.session_key), "url": live_server.url}])
    yield context
    context.close()


@pytest.mark.parametrize("language", ["ko", "en"])
def test_twice_as_large_text_fits_a_small_phone(phone: BrowserContext, house: House, language: str) -> None:
    page, found = phone.new_page(), list[str]()
    for address in house.addresses():
        page.goto(f"/{language}{address}")
        page.evaluate(ENLARGE)
        page.evaluate(TYPEFACE)
        if overhang(page):
            found.append(f"{address} is {overhang(page)} pixels too wide")
        found += [f"{address} spells out: {text}" for text in page.evaluate(COLUMNS)]
        found += [f"{address} cuts off: {part}" for part in page.evaluate(CUT)]
    assert found == [], "\n".join(found)


def test_a_long_name_makes_no_page_wider(phone: BrowserContext, house: House) -> None:
    Patient.objects.update(name="M" * 40)
    page, unnamed = phone.new_page(), new_case(OWNER)
    for address in (
        f"/cases/{unnamed.token}/",
        *(path for path in house.addresses() if "patients" in path or "shared" in path),
    ):
        page.goto(f"/en{address}")
        assert (address, overhang(page)) == (address, 0)
