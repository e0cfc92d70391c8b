"""Turns away requests whose body is too large, before any of it is read; of others the whole body is taken."""

from collections.abc import Callable
from contextlib import suppress

from django.conf import settings
from django.http import HttpRequest, HttpResponse, UnreadablePostError

from walness.errors import too_large

PIECE = 64 * 1024  # bytes

Handler = Callable[[HttpRequest], HttpResponse]


class BodyLimitMiddleware:
    """Django limits every part of a form but its files: this limits the whole."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _length(request) > settings.BODY_BYTES:
            return too_large(request)
        response = self.get_response(request)
        _swallow(request)
        return response


def _swallow(request: HttpRequest) -> None:
    """Take what a refusal left unread: a connection closed on it is a 502 from nginx, and the sentence is lost."""
    with suppress(UnreadablePostError):
        while request.read(PIECE):
            pass


def _length(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0  # Django reads no body from such a request either
