"""Headers that every response carries and no library sets."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

PERMISSIONS = "camera=(self), geolocation=(self), microphone=(), payment=(), usb=(), browsing-topics=()"
HEADERS = {
    "Permissions-Policy": PERMISSIONS,
    "Cross-Origin-Resource-Policy": "same-origin",
    # SecurityMiddleware sets these three too; here they also reach what is refused before it runs.
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}

Handler = Callable[[HttpRequest], HttpResponse]


class HeadersMiddleware:
    """Adds what is missing, and overwrites nothing that a view chose on purpose."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        framed = {"X-Frame-Options"} if settings.NOTEBOOK else set()  # it cannot name who may frame; the CSP can
        self.headers = {name: value for name, value in HEADERS.items() if name not in framed}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in self.headers.items():
            response.headers.setdefault(name, value)
        return response
