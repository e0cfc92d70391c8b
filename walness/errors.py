"""The pages people see when a request is refused; programs get the same sentence as JSON."""

import logging
from collections.abc import Callable

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import REASON_NO_CSRF_COOKIE
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.defaults import server_error

from diagnosis.models import Case, Feedback, Patient, ShareLink

GONE = (  # what its owner may delete while another request changes it
    Case.DoesNotExist,
    Feedback.DoesNotExist,
    Patient.DoesNotExist,
    ShareLink.DoesNotExist,
)

logger = logging.getLogger(__name__)


def too_large(request: HttpRequest) -> HttpResponse:
    """413: the photos together are larger than a case may be."""
    sentence = _("These photos are too large together. Please send up to three, 15 MB each at most.")
    return _answer(request, sentence, status=413)


def too_many(request: HttpRequest, seconds: int) -> HttpResponse:
    """429: this client sent enough for now."""
    sentence = _("You have sent many photos in a short time. Please wait a little and try again.")
    return _answer(request, sentence, status=429, headers={"Retry-After": str(seconds)})


def locked_out(request: HttpRequest, *_about: object) -> HttpResponse:
    """429: too many wrong passwords; the same for names that exist and for names that do not."""
    sentence = _("Too many attempts. Please wait a quarter of an hour and try again.")
    return _answer(request, sentence, status=429, headers={"Retry-After": str(15 * 60)})


def outage(request: HttpRequest, error: Exception) -> HttpResponse:
    """503: the disk is full or the database is locked."""
    logger.error("The request met %r", error)
    if hasattr(request, "session"):
        request.session.modified = False  # trying to keep it now would fail once more
    sentence = _("We cannot do this right now, and nothing was kept. Please try again in a moment.")
    return _answer(request, sentence, status=503, headers={"Retry-After": "30"})


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: a wrong address, or what somebody has deleted in the meantime."""
    sentence = _("The address is wrong, the case is not yours, or its time is over.")
    return _answer(request, sentence, status=404)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: a body that is no form, or one of a thousand fields."""
    sentence = _("We could not read what was sent. Please check it and send it again.")
    return _answer(request, sentence, status=400)


def failed(request: HttpRequest) -> HttpResponse:
    """500: an error of ours; its page asks nothing that could fail again."""
    if not _for_a_program(request):
        return server_error(request)
    sentence = _("Please try again in a moment. If it is urgent, go to a clinic without waiting.")
    return JsonResponse({"detail": sentence}, status=500)


def not_allowed(request: HttpRequest, allow: str) -> HttpResponse:
    """405: an address that only takes a form, opened by itself."""
    sentence = _("This address only takes a form that is sent from its page. Please go back and try again.")
    return _answer(request, sentence, status=405, headers={"Allow": allow})


class RefusalMiddleware:
    """What a view leaves bare is told in words; the code that met a full disk or a locked database has tidied up."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        return not_allowed(request, response.headers.get("Allow", "POST")) if response.status_code == 405 else response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, GONE):
            return not_found(request, exception)
        return outage(request, exception) if isinstance(exception, (OperationalError, OSError)) else None


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form came from another site, without our cookie, or is older than the visit."""
    if reason == REASON_NO_CSRF_COOKIE:
        sentence = _(
            "Your browser did not keep our cookie. Please allow cookies here, reload the page and send it again."
        )
    else:
        sentence = _("This page was open too long. Please go back, reload it and send the form again.")
    return _answer(request, sentence, status=403)


def _answer(request: HttpRequest, sentence: str, *, status: int, headers: dict[str, str] | None = None) -> HttpResponse:
    if _for_a_program(request):
        return JsonResponse({"detail": sentence}, status=status, headers=headers)
    page = render_to_string(f"{status}.html", {"sentence": sentence}, request)
    return HttpResponse(page, status=status, headers=headers)


def _for_a_program(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")
