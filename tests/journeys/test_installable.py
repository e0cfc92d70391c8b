"""Chromium puts the site on the home screen and opens it without a connection; the device keeps nothing personal."""

from collections.abc import Iterator

import pytest
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.factories import new_case

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("room")]

OWNER = "a visitor"
READY = "navigator.serviceWorker.ready.then(() => true)"
KEPT = """async () => (await Promise.all((await caches.keys()).map(async name =>
    (await (await caches.open(name)).keys()).map(request => new URL(request.url).pathname)))).flat()"""


@pytest.fixture
def visitor(browser: Browser, live_server: LiveServer) -> Iterator[BrowserContext]:
    session = SessionStore()
    session["owner"] = OWNER
    session.create()
    context = browser.new_context(base_url=live_server.url)
    context.add_cookies([{"name": "session", "value": str(session.session_key), "url": live_server.url}])
    context.set_default_timeout(30_000)
    yield context
    context.close()


def _looked_after(context: BrowserContext, path: str) -> Page:
    page = context.new_page()
    page.goto(path)
    assert page.evaluate(READY)
    page.reload()  # from now on the worker sees every request
    return page


def test_without_a_connection_each_language_has_its_page(visitor: BrowserContext) -> None:
    page = _looked_after(visitor, "/ko/")
    visitor.set_offline(True)
    page.goto("/en/diseases/")
    expect(page.get_by_role("heading", name="You are offline")).to_be_visible()
    page.goto("/ko/clinics/")
    expect(page.get_by_role("heading", name="인터넷에 연결되어 있지 않아요")).to_be_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(250, 246, 240)"  # it is dressed
    visitor.set_offline(False)


def test_no_photo_and_no_answer_is_kept_on_the_device(visitor: BrowserContext) -> None:
    case = new_case(OWNER)
    page = _looked_after(visitor, f"/en/cases/{case.token}/")
    expect(page.locator("[data-evidence] .pane:not(.bare) img").first).to_be_visible()
    page.goto("/en/my-cases/")
    kept = page.evaluate(KEPT)
    assert {"/en/offline/", "/ko/offline/", "/static/css/base.css"} <= set(kept)
    assert [path for path in kept if not path.startswith("/static/") and not path.endswith("/offline/")] == []
    assert case.token not in page.evaluate("JSON.stringify([localStorage, sessionStorage])")


def test_a_phone_may_put_it_on_the_home_screen(visitor: BrowserContext) -> None:
    page = _looked_after(visitor, "/en/")
    told = visitor.new_cdp_session(page).send("Page.getAppManifest")
    assert told["errors"] == [] and told["url"].endswith("/en/manifest.webmanifest")
    doubts = visitor.new_cdp_session(page).send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert [doubt["errorId"] for doubt in doubts if doubt["errorId"] != "in-incognito"] == []  # as every test is
