"""Draws docs/screenshots: starts the site as `make run` does and photographs its pages in Chromium.

Usage: python tests/journeys/screenshots.py [PHOTO]; without a photo it sends a drawn eye.
"""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from PIL import Image, ImageDraw, ImageFilter
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parents[2]
OUT = ROOT / "docs" / "screenshots"
with socket.create_server(("127.0.0.1", 0)) as free:
    SITE = f"http://127.0.0.1:{free.getsockname()[1]}"
DESK, PHONE = {"width": 1200, "height": 900}, {"width": 390, "height": 844}
PATIENCE_S = 60  # for the site to answer first


def main(photo: Path | None) -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    photo = photo or _drawn_eye(ROOT / "var" / "drawn-eye.jpg")
    with _site(), sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
        for name, size, scheme in (("", DESK, "light"), ("-phone", PHONE, "light"), ("-dark", PHONE, "dark")):
            _tour(browser, name, size, scheme, photo)


def _tour(browser: Browser, suffix: str, size: dict[str, int], scheme: str, photo: Path) -> None:
    page = browser.new_page(viewport=size, color_scheme=scheme, locale="en")  # type: ignore[arg-type]
    page.goto(f"{SITE}/en/")
    _photograph(page, f"home{suffix}")
    page.locator('input[name="species"][value="dog"]').check(force=True)
    page.locator('input[name="body_site"][value="eye"]').check(force=True)
    page.locator('input[type="file"][name="photo"]').first.set_input_files(photo)
    page.locator('main form [type="submit"]').first.click()
    page.wait_for_url(lambda url: "/cases/" in url or "/guide/" in url)  # the guide: no model is released
    _photograph(page, f"result{suffix}")
    page.goto(f"{SITE}/en/clinics/?kind=vet&department=ophthalmology")
    _photograph(page, f"clinics{suffix}")
    page.close()


def _photograph(page: Page, name: str) -> None:
    page.wait_for_load_state("networkidle")
    page.screenshot(path=OUT / f"{name}.png")


def _drawn_eye(path: Path) -> Path:
    """A dog's eye as a child would draw it: no real animal had to hold still, and no photo has to be licensed."""
    picture = Image.effect_noise((1200, 900), 30).convert("RGB")
    fur = Image.blend(picture, Image.new("RGB", picture.size, (150, 105, 70)), 0.8)
    pencil = ImageDraw.Draw(fur)
    for box, colour in (
        ((250, 230, 950, 670), (60, 40, 32)),
        ((300, 260, 900, 640), (226, 205, 198)),
        ((420, 250, 780, 650), (112, 70, 30)),
        ((500, 340, 700, 560), (150, 160, 170)),
        ((560, 380, 600, 420), (255, 255, 255)),
    ):
        pencil.ellipse(box, fill=colour)
    fur.filter(ImageFilter.GaussianBlur(3)).save(path, quality=90)
    return path


@contextmanager
def _site() -> Iterator[None]:
    arguments = ["walness.wsgi:application", "--bind", SITE.removeprefix("http://"), "--no-control-socket"]
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", *arguments, "--threads", "4", "--graceful-timeout", "2"], cwd=ROOT
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
        except (URLError, ConnectionError):
            time.sleep(1)
    raise TimeoutError(f"{url} did not answer within {PATIENCE_S} s")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
