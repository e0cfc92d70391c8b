"""What every provider of clinics takes and gives."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol, Self

from clinics.geo import distance_km
from clinics.hours import Week, holiday_of, is_always_open, is_open

PRIOR_STARS = 3  # the middle of the scale: what nobody has said speaks neither for a clinic nor against it
PRIOR_RATINGS = 5  # 4.9 of 200 barely moves (4.85), 5.0 of one falls to 3.3, and ten visitors outweigh it
REQUESTS_IN_A_ROW = 2  # a search and the details of what it found; nobody waits longer for one provider


class ProviderFailed(Exception):
    """A provider could not answer; read by ``clinics.search``, which names it and goes on. Never holds a key or URL."""


@dataclass(frozen=True)
class Question:
    """What a visitor wants to know; coordinates are already coarse."""

    lat: float
    lng: float
    now: datetime
    kind: str = ""  # "" | "vet" | "clinic"
    radius_km: float = 5.0
    sort: str = "distance"  # or "rating"
    departments: Sequence[str] = ()
    open_now: bool = False
    all_hours: bool = False
    urgent: bool = False  # prefers places known to be open
    limit: int = 20  # how many of the best are wanted


@dataclass(frozen=True)
class Place:
    """A clinic as a page shows it, whoever knows it."""

    provider: str
    external_id: str
    name: str
    kind: str
    lat: float
    lng: float
    distance_km: float
    address: str = ""
    phone: str = ""
    departments: tuple[str, ...] = ()
    hours: Week | None = None
    hours_from_name: bool = False
    open_now: bool | None = None  # a provider's own word about this moment
    rating: float | None = None
    ratings: int = 0
    on_map: bool = True  # some terms forbid another maker's map
    credit: str = ""

    def is_open(self, now: datetime) -> bool | None:
        """None where the hours are unknown or a public holiday may have changed them."""
        if self.open_now is False:  # closed for a day that its week knows nothing of
            return False
        known = is_open(self.hours, now)
        known = self.open_now if known is None else known
        return None if known and self.holiday(now) else known

    def holiday(self, now: datetime) -> str:
        """The public holiday on which it may be closed; "" on other days, and where it never closes."""
        return holiday_of(self.hours, now)

    @property
    def all_hours(self) -> bool:
        return is_always_open(self.hours)

    def seen_from(self, question: Question) -> Self:
        return replace(self, distance_km=distance_km(question.lat, question.lng, self.lat, self.lng))


class Provider(Protocol):
    """Anything that can name clinics near a point, in time or not at all."""

    name: str  # as the page's quiet sentence says it

    def near(self, question: Question) -> list[Place]:
        """Clinics within the radius, at least the ``limit`` best when there are so many.

        Raises:
            ProviderFailed: no answer in time, or none that can be read.
        """


def standing(rating: float | None, ratings: int) -> float:
    """What the best rated are ordered by: the stars as if a few more visitors had given the middle; 0 unrated."""
    if rating is None:
        return 0.0
    count = max(ratings, 1)  # a rating whose number of visitors is unknown
    return (PRIOR_STARS * PRIOR_RATINGS + rating * count) / (PRIOR_RATINGS + count)


def fits(place: Place, question: Question) -> bool:
    """Whether a place is within reach and passes the filters that were asked for."""
    if place.distance_km > question.radius_km or (question.kind and place.kind != question.kind):
        return False
    if question.all_hours and not place.all_hours:
        return False
    if question.open_now and not place.is_open(question.now):
        return False
    return place.kind == "vet" or all(wanted in place.departments for wanted in question.departments)


def order(place: Place, question: Question) -> tuple[int, float, float, str, str]:
    """Sort key: when it is urgent open, unknown, closed; then as asked; unrated after rated, ties by distance."""
    waiting = {True: 0, None: 1, False: 2}[place.is_open(question.now)] if question.urgent else 0
    stars = -standing(place.rating, place.ratings) if question.sort == "rating" else 0.0
    return waiting, stars, place.distance_km, place.provider, place.external_id
