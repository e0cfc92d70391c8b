"""Turns away requests whose body is too large, before any of it is read."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from walness.errors import too_large

Handler = Callable[[HttpRequest], HttpResponse]


class BodyLimitMiddleware:
    """Django limits every part of a form but its files: this limits the whole."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _length(request) > settings.BODY_BYTES:
            return too_large(request)
        return self.get_response(request)


def _length(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0  # Django reads no body from such a request either
