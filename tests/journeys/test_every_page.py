"""Every page, on a phone and a desk, light and dark, in Korean and English: no barrier, nothing small, nothing wide."""

from collections.abc import Iterator

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.template.loader import render_to_string
from playwright.sync_api import Browser, BrowserContext, Page, Route
from pytest_django.live_server_helper import LiveServer

from tests.journeys.house import OWNER, House, furnished
from tests.journeys.looking import BY_COLOUR, BY_WIDTH, EVERYTHING, LISTEN, barriers, overhang, small_controls

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("room")]

PHONE, DESK, HEIGHT = 390, 1280, 900
# Looking at colours is dear, and they are the same in both languages: each of them looks at one width in the dark.
COLOURS_AT = {"ko": PHONE, "en": DESK}
REFUSALS = (500, 503)  # the others share the second's template


@pytest.fixture
def house() -> House:
    return furnished()


@pytest.fixture
def visitor(browser: Browser, live_server: LiveServer, house: House) -> Iterator[BrowserContext]:
    """The owner of the house's cases."""
    session = SessionStore()
    session["owner"] = OWNER
    session.create()
    # Without motion colours change at once, and not over a moment that axe would look into.
    context = browser.new_context(base_url=live_server.url, service_workers="block", reduced_motion="reduce")
    context.add_cookies([{"name": "session", "value": str(session.session_key), "url": live_server.url}])
    context.add_init_script(LISTEN)
    yield context
    context.close()


@pytest.mark.parametrize("language", ["ko", "en"])
def test_no_page_has_a_barrier_a_small_control_or_an_overhang(
    visitor: BrowserContext, house: House, language: str
) -> None:
    page, found = visitor.new_page(), list[str]()
    page.on("console", lambda said: found.append(said.text) if "policy" in said.text.lower() else None)
    page.on("pageerror", lambda error: found.append(str(error)))
    for address in house.addresses():
        answer = page.goto(f"/{language}{address}")
        assert answer and answer.ok is not (address == "/nothing/"), address
        found += [f"{address} {said}" for said in _looked_at(page, COLOURS_AT[language])]
    page.route("**/refused/*/", _refuse)  # only now: a page with a route keeps no file that it has fetched before
    for status in REFUSALS:
        page.goto(f"/{language}/refused/{status}/")
        found += [f"{status} {said}" for said in _looked_at(page, COLOURS_AT[language])]
    assert found == []


def _looked_at(page: Page, colours_at: int) -> Iterator[str]:
    """The page at three widths, and at one of them in the dark."""
    for width, rules in ((PHONE, EVERYTHING), (DESK, BY_WIDTH)):
        page.set_viewport_size({"width": width, "height": HEIGHT})
        yield from (f"{width} small {control}" for control in small_controls(page))
        if width in (PHONE, colours_at):
            yield from (f"{width} light {barrier}" for barrier in barriers(page, rules))
        if width == colours_at:
            page.emulate_media(color_scheme="dark")
            yield from (f"{width} dark {barrier}" for barrier in barriers(page, BY_COLOUR))
            page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 320, "height": HEIGHT})
    if overhang(page):
        yield f"{overhang(page)} pixels too wide at 320"


def _refuse(route: Route) -> None:
    """A refusal's page as the server would send it; none of these can be had by asking nicely."""
    status = route.request.url.rstrip("/").rpartition("/")[2]
    route.fulfill(body=render_to_string(f"{status}.html"), content_type="text/html")
