"""One page for the clinic, as a PDF with its typeface inside."""

import logging
from functools import cache
from threading import BoundedSemaphore, Lock
from typing import Any

from django.template.loader import render_to_string
from PIL import Image, ImageOps

from diagnosis import gate
from diagnosis.answer import case_context
from diagnosis.models import Case, Photo
from diagnosis.pictures import as_data

logging.getLogger("fontTools").setLevel(logging.WARNING)  # it tells every step of making a typeface smaller
logging.getLogger("weasyprint").setLevel(logging.ERROR)

LONG_SIDE = 700  # pixels of a photo on paper: 7 cm at 250 dots an inch
SIZES = (9.5, 8.5, 7.5, 6.5)  # points; the largest that fits one page is taken
HEAT = (254, 188, 43)  # the colour laid over a photo where the model looked

_press = Lock()  # Pango's fonts serve one thread at a time
_queue = BoundedSemaphore(3)  # one is printed while two wait; photos have places of their own


class QueueFull(Exception):
    """Enough reports are waiting; the page asks to come back."""


class NoPrinter(Exception):
    """The libraries that set a page are missing on this machine; the page offers the browser's own print."""


def as_pdf(case: Case) -> bytes:
    """The report of a case, on one page.

    Raises:
        QueueFull: enough others wait for theirs.
        NoPrinter: Debian's libpango is not installed.
    """
    if not _queue.acquire(blocking=False):
        raise QueueFull
    try:
        return _printed(case)
    finally:
        _queue.release()


def _printed(case: Case) -> bytes:
    gate.note_work()  # its memory goes back like a photo's
    context = report_context(case)
    with _press:
        for size in SIZES:
            page = _set(render_to_string("diagnosis/report.html", context | {"size": size}))
            if len(page.pages) == 1:
                break
        return bytes(page.write_pdf())


def report_context(case: Case) -> dict[str, Any]:
    """What stands on the page."""
    context = case_context(case)
    context["pictures"] = [(photo, *_pictures(photo)) for photo in context["photos"]]
    return context | {"patient": case.patient}


def _set(html: str) -> Any:
    """The pages of an HTML text."""
    try:
        # Here and not above: it takes a second and 40 MB, which only a report needs, and Debian's libpango.
        from weasyprint import CSS, HTML
    except OSError as error:
        raise NoPrinter(str(error)) from error
    from diagnosis.typeface import OwnFiles, style_for

    fetcher, fonts = OwnFiles(), _fonts()
    style = CSS(string=style_for(html), url_fetcher=fetcher, font_config=fonts)
    return HTML(string=html, url_fetcher=fetcher).render(stylesheets=[style], font_config=fonts)


@cache
def _fonts() -> Any:
    """One for all reports: fonts of its own cost each of them 150 ms, and half a megabyte that never comes back."""
    from weasyprint.text.fonts import FontConfiguration

    return FontConfiguration()


def _pictures(photo: Photo) -> tuple[str, str]:
    """The photo and the photo with its evidence, as data addresses; the second is empty without a heat map."""
    with photo.image.open() as file, Image.open(file) as opened:
        plain = opened.convert("RGB")
    plain.thumbnail((LONG_SIDE, LONG_SIDE), Image.Resampling.LANCZOS)
    if not photo.heatmap:
        return as_data(plain), ""
    with photo.heatmap.open() as file, Image.open(file) as opened:
        strength = opened.convert("L").resize(plain.size, Image.Resampling.BICUBIC).point(lambda grey: grey * 0.65)
    grey = ImageOps.grayscale(plain).convert("RGB")
    return as_data(plain), as_data(Image.composite(Image.new("RGB", plain.size, HEAT), grey, strength))
