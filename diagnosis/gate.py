"""The gate: a bounded number of photos at once, and a word for those who come too early."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from threading import BoundedSemaphore, Event
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from ml.inference import CorruptModel

BUSY = _("Many photos are being looked at right now. Please send yours again in a moment.")
OUT_OF_ORDER = _("The photo cannot be judged right now, and it was not kept. Please try again later.")
RETRY_SECONDS = 10  # a diagnosis takes about half a second; this leaves time for the ones before

View = Callable[..., HttpResponse]

logger = logging.getLogger(__name__)
_places = BoundedSemaphore(settings.DIAGNOSIS_PLACES)
_worked = Event()


class NotNow(Exception):
    """Nothing can be judged right now; its sentence says why in a 503 that asks to come back."""


@contextmanager
def place() -> Iterator[None]:
    """Hold one of the places at the diagnosis; take it before a photo is decoded.

    Raises:
        NotNow: no place is free, or a released model is not what its card says.
    """
    if not _places.acquire(blocking=False):
        raise NotNow(BUSY)
    _worked.set()
    try:
        yield
    except CorruptModel as error:
        logger.exception("A released model cannot answer.")
        raise NotNow(OUT_OF_ORDER) from error
    finally:
        _places.release()


def note_work() -> None:
    """Something took the memory of a photo without a place."""
    _worked.set()


def worked() -> bool:
    """Whether a place was taken, or work noted, since the last time somebody asked."""
    was = _worked.is_set()
    _worked.clear()
    return was


def takes_a_place(view: View) -> View:
    """Let a page that computes for a while wait its turn: when every place is taken, it asks to come back."""

    @wraps(view)
    def guarded(request: HttpRequest, *arguments: Any, **options: Any) -> HttpResponse:
        try:
            with place():
                return view(request, *arguments, **options)
        except NotNow as refused:
            return later(request, str(refused))

    return guarded


def later(request: HttpRequest, sentence: str) -> HttpResponse:
    """503, and when to come back."""
    response = render(request, "503.html", {"sentence": sentence}, status=503)
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response
