"""Draws docs/screenshots: starts the site as `make run` does and photographs its main pages in Chromium.

Usage: python -m tests.journeys.screenshots [PHOTO]; PHOTO shows a person's skin; without one a drawn mole is sent.
"""

import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.mole import drawn_mole

ROOT = Path(__file__).parents[2]

OUT = ROOT / "docs" / "screenshots"
with socket.create_server(("127.0.0.1", 0)) as free:
    SITE = f"http://127.0.0.1:{free.getsockname()[1]}"
DESK, PHONE = (1200, 900), (390, 844)
LOOKS = (  # suffix, language, size, colours
    ("", "en", DESK, "light"), ("-phone", "en", PHONE, "light"), ("-dark", "en", PHONE, "dark"),
    ("-ko", "ko", DESK, "light"), ("-phone-ko", "ko", PHONE, "light"),
)  # fmt: skip
PAGES = {
    "clinics": "clinics/?kind=vet&department=dermatology&q=마포구", "library": "diseases/",
    "condition": "diseases/dog/eye/cataract/", "guide": "guide/cat/eye/", "my-cases": "my-cases/",
    "about": "about/", "models": "models/",
}  # fmt: skip
PATIENCE_S = 120  # for the site to answer first
LONGEST = 4000  # pixels of a page that is photographed
COLOURS = 128


def main(photo: Path | None) -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, site(), sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
        photo = photo or _drawn(Path(folder) / "mole.jpg")
        for look in LOOKS:
            _tour(browser, *look, photo=photo)


def _tour(browser: Browser, suffix: str, language: str, size: tuple[int, int], scheme: str, *, photo: Path) -> None:
    viewport = {"width": size[0], "height": size[1]}
    page = browser.new_page(viewport=viewport, color_scheme=scheme, service_workers="block")  # type: ignore[arg-type]
    page.set_default_timeout(PATIENCE_S * 1000)
    page.goto(f"{SITE}/{language}/")
    _photograph(page, f"home{suffix}")
    _send(page, photo)
    _photograph(page, f"result{suffix}")
    for name, address in PAGES.items():
        page.goto(f"{SITE}/{language}/{address}")
        _photograph(page, f"{name}{suffix}")
    page.close()


def _send(page: Page, photo: Path) -> None:
    page.locator('[name="species"][value="human"]').check(force=True)
    page.locator('[name="body_site"][value="skin"]').check(force=True)
    page.locator('[name="consent"]').check(force=True)
    page.locator("[name=photo]").set_input_files(photo)
    page.locator("[data-chosen] img").wait_for()
    page.locator("[data-submit]").click()
    page.wait_for_url("**/cases/*/")


def _drawn(path: Path) -> Path:
    """A mole made from noise: nobody had to hold still, and no photo has to be licensed."""
    drawn_mole().save(path, quality=92)
    return path


def _photograph(page: Page, name: str) -> None:
    """The whole page; as tall as it is, so that what sticks to the window's edge stays there."""
    size = page.viewport_size or {"width": 0, "height": 0}
    page.wait_for_load_state("networkidle")
    tall = min(LONGEST, max(size["height"], page.evaluate("document.documentElement.scrollHeight")))
    page.set_viewport_size({"width": size["width"], "height": tall})
    page.wait_for_timeout(300)  # the map and the heat map settle
    with Image.open(BytesIO(page.screenshot())) as picture:
        picture.convert("RGB").quantize(COLOURS).save(OUT / f"{name}.png", optimize=True)
    page.set_viewport_size(size)


@contextmanager
def site() -> Iterator[None]:
    """The site, served on a free port for as long as it is needed."""
    arguments = ["walness.wsgi:application", "--bind", SITE.removeprefix("http://"), "--no-control-socket"]
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", *arguments, "--threads", "4", "--timeout", "120", "--graceful-timeout", "2"],
        cwd=ROOT,
    )
    try:
        _wait_for(f"{SITE}/healthz")
        yield
    finally:
        server.terminate()
        server.wait(30)


def _wait_for(url: str) -> None:
    for _ in range(PATIENCE_S):
        try:
            urlopen(url, timeout=5).close()
            return
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(1)
    raise TimeoutError(f"{url} did not answer within {PATIENCE_S} s")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
