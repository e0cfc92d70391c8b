"""Debian's Chromium for the journeys, and an ear for everything it complains about."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, BrowserContext, Page, Request, sync_playwright

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"  # a machine without it fails, it does not skip
QUIET = (  # as root in a container, and without calls home
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser that closes itself."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


def opened(context: BrowserContext, path: str = "/en/") -> tuple[Page, list[str]]:
    """A page, and the errors, refusals of its policy and requests to strangers that it will gather."""
    page, complaints = context.new_page(), list[str]()

    def notice(request: Request) -> None:
        if not request.url.startswith(("http://localhost:", "blob:http://localhost:", "data:")):
            complaints.append(request.url)

    page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", notice)
    page.goto(path)
    return page, complaints
