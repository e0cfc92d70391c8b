"""The pages people see when a request is refused; programs get the same sentence as JSON."""

import logging
from collections.abc import Callable

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

logger = logging.getLogger(__name__)


def too_large(request: HttpRequest) -> HttpResponse:
    """413: the photos together are larger than a case may be."""
    sentence = _("These photos are too large together. Please send up to three, 15 MB each at most.")
    return _answer(request, sentence, status=413, template="413.html")


def too_many(request: HttpRequest, seconds: int) -> HttpResponse:
    """429: this client sent enough for now."""
    sentence = _("You have sent many photos in a short time. Please wait a little and try again.")
    response = _answer(request, sentence, status=429, template="429.html")
    response.headers["Retry-After"] = str(seconds)
    return response


def locked_out(request: HttpRequest, *_about: object) -> HttpResponse:
    """429: too many wrong passwords; the same for names that exist and for names that do not."""
    sentence = _("Too many attempts. Please wait a quarter of an hour and try again.")
    response = _answer(request, sentence, status=429, template="429.html")
    response.headers["Retry-After"] = str(15 * 60)
    return response


def outage(request: HttpRequest, error: Exception) -> HttpResponse:
    """503: the disk is full or the database is locked."""
    logger.error("The request met %r", error)
    if hasattr(request, "session"):
        request.session.modified = False  # trying to keep it now would fail once more
    sentence = _("We cannot do this right now, and nothing was kept. Please try again in a moment.")
    response = _answer(request, sentence, status=503, template="503.html")
    response.headers["Retry-After"] = "30"
    return response


class OutageMiddleware:
    """A locked database or a full disk is a 503 with a sentence; the code that met it has already tidied up."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return outage(request, exception) if isinstance(exception, (OperationalError, OSError)) else None


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form came from another site, or is older than the visit."""
    sentence = _("This page was open too long. Please go back, reload it and send the form again.")
    return _answer(request, sentence, status=403, template="403.html")


def _answer(request: HttpRequest, sentence: str, *, status: int, template: str) -> HttpResponse:
    if request.path.startswith("/api/"):
        return JsonResponse({"detail": sentence}, status=status)
    return render(request, template, {"sentence": sentence, "status": status}, status=status)
