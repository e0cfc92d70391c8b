"""The same search for programs."""

from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status
from pydantic import Field

from clinics.forms import SearchForm
from clinics.search import Place, find

router = Router()

COPIED = (
    "name", "kind", "lat", "lng", "address", "phone", "hours_from_name", "all_hours", "rating", "ratings", "provider",
)  # fmt: skip

Number = Annotated[str, Field(json_schema_extra={"type": "number"})]  # read by the form: one set of sentences


class Asked(Schema):
    lat: Number = ""
    lng: Number = ""
    kind: str = Field("vet", description="vet or clinic")
    radius_km: Number = "5"
    sort: str = Field("distance", description="distance, or rating: the stars as if five more had given 3")
    department: str = Field("", description="ophthalmology or dermatology; narrows clinics for people only")
    open_now: str = Field("", description="1: only those known to be open")
    all_hours: str = Field("", description="1: only those known to be open day and night")
    page: Number = "1"


class ClinicOut(Schema):
    name: str
    kind: str
    lat: float
    lng: float
    distance_km: float
    address: str
    phone: str
    departments: list[str]
    open_now: bool | None = Field(description="null: the hours are unknown, or a public holiday may change them")
    all_hours: bool
    hours_from_name: bool = Field(description="the hours are only claimed by its name")
    rating: float | None = Field(description="null: nobody has rated it")
    ratings: int
    provider: str
    id: str


class Found(Schema):
    clinics: list[ClinicOut]
    more: bool
    unavailable: list[str] = Field(description="providers that gave no answer")


class Refusal(Schema):
    detail: str


@router.get("/clinics/", response={200: Found, 400: Refusal, 503: Refusal}, summary="Clinics near a place")
def clinics(request: HttpRequest, asked: Query[Asked]) -> Status[Any]:
    """The nearest or the best rated within a radius, 20 for each page, cumulative; the place is rounded to 0.001°."""
    form = SearchForm(request.GET)
    if not form.is_valid():
        return Status(400, {"detail": form.sentence()})
    point = form.point()
    if point is None:
        return Status(400, {"detail": _("Please give a latitude and a longitude.")})
    question = form.question(*point)
    answer = find(question)
    rows = [_out(place, place.is_open(question.now)) for place in answer.places]
    return Status(200, {"clinics": rows, "more": answer.more, "unavailable": list(answer.silent)})


def _out(place: Place, open_now: bool | None) -> dict[str, Any]:
    return {
        **{name: getattr(place, name) for name in COPIED},
        "departments": list(place.departments),
        "distance_km": round(place.distance_km, 3),
        "open_now": open_now,
        "id": place.external_id,
    }
