"""The same verbs for programs: photos in, JSON out."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router, Status

from diagnosis import gate
from diagnosis.as_json import case_as_json, disease_as_json
from diagnosis.coverage import coverage
from diagnosis.forms import NOT_RELEASED, CaseForm, guide_url
from diagnosis.models import Case
from diagnosis.schemas import CaseOut, CoverageOut, Refusal, ScoreOut
from diagnosis.scorecard import rows
from diagnosis.visitor import own_case, submit

router = Router()

_FIELDS = {
    "species": {"type": "string", "enum": ["dog", "cat", "human"]},
    "body_site": {"type": "string", "enum": ["eye", "skin"]},
    "consent": {"type": "boolean", "description": "Needed for a person: the photo tells of a person's health."},
    "photo": {"type": "array", "items": {"type": "string", "format": "binary"}, "minItems": 1, "maxItems": 3},
    "age": {"type": "integer", "minimum": 0, "maximum": 120},
    "sex": {"type": "string", "enum": ["", *Case.Sex.values]},
    "site": {"type": "string", "enum": ["", *Case.Place.values]},
}
_SCHEMA = {"type": "object", "required": ["species", "body_site", "photo"], "properties": _FIELDS}
_BODY = {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": _SCHEMA}}}}


@router.post(
    "/cases/",
    response={201: CaseOut, 400: Refusal, 403: Refusal, 413: Refusal, 422: Refusal, 429: Refusal, 503: Refusal},
    openapi_extra=_BODY,
    summary="Send one to three photos of one spot and get the answer",
)
def create_case(request: HttpRequest, response: HttpResponse) -> Status[dict[str, Any]]:
    """The answer's addresses open only with the session cookie that comes with it.

    There is no CSRF token to send, because a cookie gives this verb no rights: it makes a case of its own. A browser
    that acts for another site would be refused by its Origin.
    """
    if _from_another_site(request):
        return Status(403, {"detail": _("This request came from another site.")})
    try:
        with gate.place():
            return _created(request, CaseForm(request.POST, request.FILES))
    except gate.NotNow as refused:
        response.headers["Retry-After"] = str(gate.RETRY_SECONDS)
        return Status(503, {"detail": str(refused)})


@router.get("/cases/{token}/", response={200: CaseOut, 404: Refusal, 503: Refusal}, summary="Read an own case again")
def read_case(request: HttpRequest, token: str) -> dict[str, Any]:
    """Opens with the session cookie that came with the case."""
    return case_as_json(request, own_case(request, token))


@router.get(
    "/catalogue/",
    response={200: list[CoverageOut], 503: Refusal},
    summary="What can be looked at, and what it can turn out to be",
)
def catalogue(request: HttpRequest) -> list[dict[str, Any]]:
    """Every species and body site with its diseases."""
    return [
        {
            "task": row["task"],
            "species": row["species"].code,
            "body_site": row["body_site"].code,
            "released": row["released"],
            "diseases": [disease_as_json(request, disease) for disease in row["diseases"]],
        }
        for row in coverage()
    ]


@router.get(
    "/scorecard/",
    response={200: list[ScoreOut], 503: Refusal},
    summary="How often the first answer was what a clinic found",
)
def scorecard(request: HttpRequest) -> list[dict[str, Any]]:
    """One row for each task; the share and its Wilson interval are null below ten confirmed cases."""
    return [row.as_json() for row in rows()]


def _created(request: HttpRequest, form: CaseForm) -> Status[dict[str, Any]]:
    if form.is_valid():
        return Status(201, case_as_json(request, submit(request, form)))
    if form.unreleased:
        guide = request.build_absolute_uri(guide_url(*form.unreleased))
        return Status(422, {"detail": str(NOT_RELEASED), "guide": guide})
    errors = {field: [str(sentence) for sentence in sentences] for field, sentences in form.errors.items()}
    return Status(422, {"detail": " ".join(sum(errors.values(), [])), "errors": errors})


def _from_another_site(request: HttpRequest) -> bool:
    origin = request.headers.get("Origin")
    own = f"{request.scheme}://{request.get_host()}"
    return bool(origin) and origin not in {own, *settings.CSRF_TRUSTED_ORIGINS}
