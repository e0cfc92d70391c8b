"""Our own table: the embedded default, which needs neither key nor network."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from clinics.geo import box_around, distance_km, growing_radii
from clinics.hours import is_week
from clinics.models import Clinic, ClinicQuerySet, Department
from clinics.providers.base import Place, Question, fits, order, standing

Near = tuple[float, int]  # distance in km, primary key


class Saved:
    """Clinics imported into the database."""

    name = "Walness"

    def near(self, question: Question) -> list[Place]:
        if question.open_now or question.all_hours:
            return self._with_known_hours(question)
        if question.urgent:
            return self._urgent(question)
        if question.sort == "rating":
            return self._places(self._best_rated(question), question)
        return self._places(self._nearest(question), question)

    def _nearest(self, question: Question) -> list[int]:
        """Grow a box until the circle inside it holds enough: what lies in a corner may hide a nearer one outside."""
        found: list[Near] = []
        for radius_km in growing_radii(question.radius_km):
            found = [near for near in _measured(question, radius_km) if near[0] <= radius_km]
            if len(found) >= question.limit:
                break
        return [pk for _, pk in sorted(found)[: question.limit]]

    def _best_rated(self, question: Question) -> list[int]:
        """Rated clinics of the whole circle first; the nearest unrated ones fill up."""
        rows = _rows(question, question.radius_km).filter(rating__isnull=False)
        rated = [
            (-standing(stars, count), distance, pk)
            for pk, lat, lng, stars, count in rows.values_list("pk", "lat", "lng", "rating", "ratings")
            if (distance := distance_km(question.lat, question.lng, lat, lng)) <= question.radius_km
        ]
        best = [pk for *_, pk in sorted(rated)[: question.limit]]
        return best + self._nearest(question) if len(best) < question.limit else best

    def _with_known_hours(self, question: Question) -> list[Place]:
        """Those that pass the hours' filter; by distance the box grows here too, by rating all must be seen."""
        found: list[Place] = []
        radii = growing_radii(question.radius_km) if question.sort == "distance" else [question.radius_km]
        for radius_km in radii:
            rows = _rows(question, radius_km).filter(hours__isnull=False)
            found = list(_shown(rows, replace(question, radius_km=radius_km)))
            if len(found) >= question.limit:
                break
        return sorted(found, key=lambda place: order(place, question))[: question.limit]

    def _urgent(self, question: Question) -> list[Place]:
        """The best of those known to be open, and the usual answer behind them."""
        usual = self._best_rated(question) if question.sort == "rating" else self._nearest(question)
        known = {_name(place): place for place in self._with_known_hours(replace(question, open_now=True))}
        rest = self._places(usual, question)
        return [*known.values(), *(place for place in rest if _name(place) not in known)]

    def _places(self, keys: list[int], question: Question) -> list[Place]:
        return list(_shown(Clinic.objects.filter(pk__in=keys), question))


def _name(place: Place) -> tuple[str, str]:
    return place.provider, place.external_id


def _rows(question: Question, radius_km: float) -> ClinicQuerySet:
    rows = Clinic.objects.order_by().inside(box_around(question.lat, question.lng, radius_km))
    return rows.offering(kind=question.kind, departments=question.departments)


def _measured(question: Question, radius_km: float) -> Iterator[Near]:
    for pk, lat, lng in _rows(question, radius_km).values_list("pk", "lat", "lng"):
        yield distance_km(question.lat, question.lng, lat, lng), pk


def _shown(clinics: Iterable[Clinic], question: Question) -> Iterator[Place]:
    return (place for clinic in clinics if fits(place := as_place(clinic).seen_from(question), question))


def as_place(clinic: Clinic) -> Place:
    """A row as the page shows it; its distance is filled in once a visitor's place is known."""
    return Place(
        provider=clinic.provider,
        external_id=clinic.external_id,
        name=clinic.name,
        kind=clinic.kind,
        lat=clinic.lat,
        lng=clinic.lng,
        distance_km=0.0,
        address=clinic.address,
        phone=clinic.phone,
        departments=tuple(code for code in Department.values if getattr(clinic, code)),
        hours=clinic.hours if is_week(clinic.hours) else None,  # a slip in one row must not take the list down
        hours_from_name=clinic.hours_from_name,
        rating=clinic.rating,
        ratings=clinic.ratings,
    )
