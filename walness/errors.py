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


class OutageMiddleware:
    """A locked database or a full disk is a 503 with a sentence; the code that met it has already tidied up."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, (OperationalError, OSError)):
            return None
        logger.error("The request met %r", exception)
        sentence = _("We cannot do this right now, and nothing was kept. Please try again in a moment.")
        response = _answer(request, sentence, status=503, template="503.html")
        response.headers["Retry-After"] = "30"
        return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form came from another site, or is older than the visit."""
    sentence = _("This page was open too long. Please go back, reload it and send the form again.")
    return _answer(request, sentence, status=403, template="403.html")


def _answer(request: HttpRequest, sentence: str, *, status: int, template: str) -> HttpResponse:
    if request.path.startswith("/api/"):
        return JsonResponse({"detail": sentence}, status=status)
    return render(request, template, {"sentence": sentence, "status": status}, status=status)
