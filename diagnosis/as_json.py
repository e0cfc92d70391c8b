"""An answer as programs read it."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from diagnosis.answer import urgency_of
from diagnosis.household import alerts_for
from diagnosis.models import Candidate, Case, Disease, Photo


def case_as_json(request: HttpRequest, case: Case) -> dict[str, Any]:
    """The whole answer to a case."""
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
        "candidates": [_candidate(candidate) for candidate in diagnosis.candidates.all()],
        "prediction_set": diagnosis.prediction_set,
        "dangerous": diagnosis.dangerous,
        "steady": diagnosis.steady,
        "hints": diagnosis.hints,
        "urgency": urgency,
        "urgency_reason": urgency_reason,
        "heatmap": next((photo["heatmap"] for photo in photos if photo["heatmap"]), None),
        "photos": photos,
        "household": [
            {"label": alert.disease.code, "who": alert.direction, "text": alert.text} for alert in alerts_for(case)
        ],
        "notice": _("This helps you decide what to do next. It is not a diagnosis by a clinician."),
    }


def _candidate(candidate: Candidate) -> dict[str, Any]:
    return {
        "rank": candidate.rank,
        "label": candidate.disease.code,
        "name": candidate.disease.name,
        "probability": candidate.probability,
        "urgency": candidate.disease.urgency,
        "alert": candidate.alert,
    }


def _photo(request: HttpRequest, photo: Photo) -> dict[str, Any]:
    return {
        "number": photo.number,
        "url": request.build_absolute_uri(photo.image_url),
        "heatmap": request.build_absolute_uri(photo.heatmap_url) if photo.heatmap else None,
        "quality": photo.quality,
    }


def disease_as_json(request: HttpRequest, disease: Disease) -> dict[str, Any]:
    """A possible answer."""
    return {
        "label": disease.code,
        "name_ko": disease.name_ko,
        "name_en": disease.name_en,
        "urgency": disease.urgency,
        "dangerous": disease.dangerous,
        "url": request.build_absolute_uri(disease.get_absolute_url()),
    }
