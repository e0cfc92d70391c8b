"""The same verbs for programs: photos in, JSON out."""

import logging
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router, Status

from diagnosis import engine, services
from diagnosis.answer import urgency_of
from diagnosis.coverage import coverage
from diagnosis.forms import NOT_RELEASED, CaseForm, guide_url
from diagnosis.models import Case, Disease, Photo
from diagnosis.schemas import CaseOut, CoverageOut, Refusal
from diagnosis.visitor import named_owner, own_case
from ml.inference import CorruptModel

logger = logging.getLogger(__name__)
router = Router()

_FIELDS = {
    "species": {"type": "string", "enum": ["dog", "cat", "human"]},
    "body_site": {"type": "string", "enum": ["eye", "skin"]},
    "photo": {"type": "array", "items": {"type": "string", "format": "binary"}, "minItems": 1, "maxItems": 3},
    "age": {"type": "integer", "minimum": 0, "maximum": 120},
    "sex": {"type": "string", "enum": ["", *Case.Sex.values]},
    "site": {"type": "string", "enum": ["", *Case.Place.values]},
}
_SCHEMA = {"type": "object", "required": ["species", "body_site", "photo"], "properties": _FIELDS}
_BODY = {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": _SCHEMA}}}}


@router.post(
    "/cases/",
    response={201: CaseOut, 403: Refusal, 413: Refusal, 422: Refusal, 503: Refusal},
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
        with engine.place():
            return _created(request, CaseForm(request.POST, request.FILES))
    except engine.Busy:
        sentence = engine.BUSY
    except CorruptModel:
        logger.exception("A released model cannot answer.")
        sentence = engine.OUT_OF_ORDER
    response.headers["Retry-After"] = str(engine.RETRY_SECONDS)
    return Status(503, {"detail": str(sentence)})


@router.get("/cases/{token}/", response={200: CaseOut, 404: Refusal}, summary="Read an own case again")
def read_case(request: HttpRequest, token: str) -> dict[str, Any]:
    """Opens with the session cookie that came with the case."""
    return _as_json(request, own_case(request, token))


@router.get("/catalogue/", response=list[CoverageOut], summary="What can be looked at, and what it can turn out to be")
def catalogue(request: HttpRequest) -> list[dict[str, Any]]:
    """Every species and body site with its diseases."""
    return [
        {
            "task": row["task"],
            "species": row["species"].code,
            "body_site": row["body_site"].code,
            "released": row["released"],
            "diseases": [_disease(request, disease) for disease in row["diseases"]],
        }
        for row in coverage()
    ]


def _created(request: HttpRequest, form: CaseForm) -> Status[dict[str, Any]]:
    if form.is_valid():
        case = services.submit_case(owner=named_owner(request), **form.cleaned_data)
        return Status(201, _as_json(request, case))
    if form.unreleased:
        guide = request.build_absolute_uri(guide_url(*form.unreleased))
        return Status(422, {"detail": str(NOT_RELEASED), "guide": guide})
    errors = {field: [str(sentence) for sentence in sentences] for field, sentences in form.errors.items()}
    return Status(422, {"detail": " ".join(sum(errors.values(), [])), "errors": errors})


def _from_another_site(request: HttpRequest) -> bool:
    origin = request.headers.get("Origin")
    own = f"{request.scheme}://{request.get_host()}"
    return bool(origin) and origin not in {own, *settings.CSRF_TRUSTED_ORIGINS}


def _as_json(request: HttpRequest, case: Case) -> dict[str, Any]:
    diagnosis = case.diagnosis
    assert diagnosis is not None  # a case is written together with its diagnosis
    photos = [_photo(request, photo) for photo in case.photos.all()]
    urgency, urgency_reason = urgency_of(diagnosis)
    return {
        "token": case.token,
        "url": request.build_absolute_uri(case.get_absolute_url()),
        "expires_at": case.expires_at,
        "task": diagnosis.model_version.task,
        "version": diagnosis.model_version.version,
        "abstained": diagnosis.abstained,
        "reason": diagnosis.reason,
        "reason_text": diagnosis.get_reason_display(),
        "in_scope": diagnosis.in_scope,
        "candidates": [
            {
                "rank": candidate.rank,
                "label": candidate.disease.code,
                "name": candidate.disease.name,
                "probability": candidate.probability,
                "urgency": candidate.disease.urgency,
                "alert": candidate.alert,
            }
            for candidate in diagnosis.candidates.all()
        ],
        "urgency": urgency,
        "urgency_reason": urgency_reason,
        "heatmap": next((photo["heatmap"] for photo in photos if photo["heatmap"]), None),
        "photos": photos,
        "notice": _("This helps you decide what to do next. It is not a diagnosis by a clinician."),
    }


def _photo(request: HttpRequest, photo: Photo) -> dict[str, Any]:
    return {
        "number": photo.number,
        "url": request.build_absolute_uri(photo.image_url),
        "heatmap": request.build_absolute_uri(photo.heatmap_url) if photo.heatmap else None,
        "quality": photo.quality,
    }


def _disease(request: HttpRequest, disease: Disease) -> dict[str, Any]:
    return {
        "label": disease.code,
        "name_ko": disease.name_ko,
        "name_en": disease.name_en,
        "urgency": disease.urgency,
        "dangerous": disease.dangerous,
        "url": request.build_absolute_uri(disease.get_absolute_url()),
    }
