"""The shapes of the API's answers."""

from datetime import datetime
from typing import Any

from ninja import Schema


class CandidateOut(Schema):
    """A disease the model considered."""

    rank: int
    label: str
    name: str
    probability: float
    urgency: str
    alert: bool


class PhotoOut(Schema):
    """One kept photo, with addresses that only the sender's session opens."""

    number: int
    url: str
    heatmap: str | None
    quality: dict[str, Any]


class HouseholdOut(Schema):
    """What everybody at home should know."""

    label: str
    who: str
    text: str


class CaseOut(Schema):
    """The whole answer to a case."""

    token: str
    url: str
    expires_at: datetime
    task: str
    version: str
    abstained: bool
    reason: str
    reason_text: str
    in_scope: bool
    candidates: list[CandidateOut]
    prediction_set: list[str]
    dangerous: float | None
    steady: bool
    hints: list[str]
    urgency: str
    urgency_reason: str
    heatmap: str | None
    photos: list[PhotoOut]
    household: list[HouseholdOut]
    notice: str


class DiseaseOut(Schema):
    """A possible answer."""

    label: str
    name_ko: str
    name_en: str
    urgency: str
    dangerous: bool
    url: str


class CoverageOut(Schema):
    """A species and a body site, and whether a model judges photos of them."""

    task: str
    species: str
    body_site: str
    released: bool
    diseases: list[DiseaseOut]


class ScoreOut(Schema):
    """Confirmed outcomes of one task."""

    task: str
    confirmed: int
    unjudged: int
    share: float | None = None
    low: float | None = None
    high: float | None = None


class Refusal(Schema):
    """Why not, in one sentence."""

    detail: str
    errors: dict[str, list[str]] = {}
    guide: str | None = None
