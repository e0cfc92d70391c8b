"""What the page's map is drawn from: outlines, rings and the pins of the list, in one small object."""

from typing import Any

from clinics.regions import country, drawn, regions_near
from clinics.rows import Row, short_distance
from clinics.search import Question

RINGS_KM = (0.5, 1, 2, 5, 10, 20, 50)
RINGS = 3
MARGIN = 1.25  # a ring a little outside the last pin still shows


def map_of(question: Question, rows: list[Row], *, language: str) -> dict[str, Any]:
    """The view around a visitor's place, its pins numbered as the rows are."""
    reach = max((row.place.distance_km for row in rows), default=question.radius_km)
    reach = max(reach, RINGS_KM[0])
    return {
        "origin": [question.lat, question.lng],
        "reach": round(reach, 2),
        "rings": [{"km": km, "label": short_distance(km)} for km in RINGS_KM if km <= reach * MARGIN][-RINGS:],
        "pins": [_pin(row) for row in rows if row.place.on_map],
        "regions": drawn(regions_near(question.lat, question.lng, reach), language=language),
    }


def map_of_country(*, language: str) -> dict[str, Any]:
    """The map before anybody has said where they are."""
    return {"origin": None, "rings": [], "pins": [], "regions": drawn(country(), language=language)}


def _pin(row: Row) -> dict[str, Any]:
    place = row.place
    return {
        "number": row.number,
        "at": [round(place.lat, 5), round(place.lng, 5)],
        "label": f"{row.number} {place.name}, {row.distance}",
        "state": row.state,
    }
