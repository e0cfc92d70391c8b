"""The bounded number of places at the machine, as pages see it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from diagnosis import engine

View = Callable[..., HttpResponse]


def takes_a_place(view: View) -> View:
    """Let a page that computes for a while wait its turn: when every place is taken, it asks to come back."""

    @wraps(view)
    def guarded(request: HttpRequest, *arguments: Any, **options: Any) -> HttpResponse:
        try:
            with engine.place():
                return view(request, *arguments, **options)
        except engine.Busy:
            return later(request, str(engine.BUSY))

    return guarded


def later(request: HttpRequest, sentence: str) -> HttpResponse:
    """503, and when to come back."""
    response = render(request, "503.html", {"sentence": sentence}, status=503)
    response.headers["Retry-After"] = str(engine.RETRY_SECONDS)
    return response
