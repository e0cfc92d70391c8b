"""The pages people see when a request is refused; programs get the same sentence as JSON."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _


def too_large(request: HttpRequest) -> HttpResponse:
    """413: the photos together are larger than a case may be."""
    sentence = _("These photos are too large together. Please send up to three, 15 MB each at most.")
    return _answer(request, sentence, status=413, template="400.html")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form came from another site, or is older than the visit."""
    sentence = _("This page was open too long. Please go back, reload it and send the form again.")
    return _answer(request, sentence, status=403, template="403.html")


def _answer(request: HttpRequest, sentence: str, *, status: int, template: str) -> HttpResponse:
    if request.path.startswith("/api/"):
        return JsonResponse({"detail": sentence}, status=status)
    return render(request, template, {"sentence": sentence, "status": status}, status=status)
