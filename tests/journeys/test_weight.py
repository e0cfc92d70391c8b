"""A first visit is light: what Chromium fetches, counted as the server sends it."""

import brotli
import pytest
from playwright.sync_api import Browser, Response
from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("room")]

KIB = 1000  # kilobytes as a phone bill counts them
MOST, MOST_SCRIPT = 600 * KIB, 60 * KIB
PACKED = ("text/", "javascript", "svg", "json")  # WhiteNoise sends these as brotli


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_first_visit_weighs_at_most_600_kb_of_which_60_are_script(
    browser: Browser, live_server: LiveServer, language: str
) -> None:
    context = browser.new_context(base_url=live_server.url, viewport={"width": 390, "height": 844})
    page, came = context.new_page(), list[Response]()
    page.on("response", lambda response: came.append(response))
    page.goto(f"/{language}/", wait_until="networkidle")
    weights = [(response.request.resource_type, _weight(response)) for response in came]
    assert {"stylesheet", "script", "document"} <= {kind for kind, _ in weights}
    assert sum(weight for _, weight in weights) <= MOST
    assert sum(weight for kind, weight in weights if kind == "script") <= MOST_SCRIPT
    context.close()


def _weight(response: Response) -> int:
    """Bytes of the body on the wire; pages themselves are not compressed by the application."""
    body, kind = response.body(), response.headers.get("content-type", "")
    static = "/static/" in response.url and any(word in kind for word in PACKED)
    return len(brotli.compress(body)) if static else len(body)
