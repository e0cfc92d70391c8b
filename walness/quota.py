"""How much one client may send: so many requests in ten minutes, so many and so many bytes in a day."""

import logging
from collections.abc import Callable
from datetime import timedelta
from math import ceil
from typing import Any

from axes.models import AccessAttempt
from django.conf import settings
from django.db import DatabaseError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from walness.client import pseudonym
from walness.errors import outage, too_many
from walness.models import Upload

Handler = Callable[[HttpRequest], HttpResponse]

SENDING = {"diagnosis:case_create", "api:create_case"}  # the addresses that take photos
SHORT, DAY = timedelta(minutes=10), timedelta(days=1)
REFUNDED = 503  # what we could not look at does not count

logger = logging.getLogger(__name__)


class QuotaMiddleware:
    """Answers 429 before the body is read; a number of zero in the settings switches a limit off."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        upload: Upload | None = getattr(request, "counted_upload", None)
        if upload and response.status_code == REFUNDED:
            _refund(upload)
        return response

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponse | None:
        match = request.resolver_match
        if request.method != "POST" or not match or match.view_name not in SENDING or not settings.UPLOADS_SHORT:
            return None
        try:
            return _count(request)
        except DatabaseError as error:
            return outage(request, error)


def forget_clients() -> None:
    """Remove what no limit looks at any more, wrong passwords included."""
    Upload.objects.forgotten().delete()
    AccessAttempt.objects.filter(attempt_time__lte=timezone.now() - DAY).delete()


def _count(request: HttpRequest) -> HttpResponse | None:
    client, size = pseudonym(request), int(request.META.get("CONTENT_LENGTH") or 0)
    with transaction.atomic():  # one writer at a time: two requests cannot both take the last place
        seconds = _wait(client, size)
        if not seconds:
            request.counted_upload = Upload.objects.create(client=client, size=size)  # type: ignore[attr-defined]
    return too_many(request, seconds) if seconds else None


def _wait(client: str, size: int) -> int:
    """Seconds until the client may send again; 0 is now."""
    rows = list(Upload.objects.of_today(client).order_by("-at").values_list("at", "size"))
    now = timezone.now()
    recent = [at for at, _size in rows if at > now - SHORT]
    if len(recent) >= settings.UPLOADS_SHORT:
        return ceil((recent[settings.UPLOADS_SHORT - 1] + SHORT - now).total_seconds())
    if rows and (len(rows) >= settings.UPLOADS_DAY or sum(kept for _at, kept in rows) + size > settings.BYTES_DAY):
        return ceil((rows[-1][0] + DAY - now).total_seconds())
    return 0


def _refund(upload: Upload) -> None:
    try:
        upload.delete()
    except DatabaseError:
        logger.warning("An upload that was turned away stays counted.")
