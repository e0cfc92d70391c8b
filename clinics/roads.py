"""Finds a road by the addresses of the clinics on it: the gazetteer ends with neighbourhoods."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from statistics import median

from clinics.models import Clinic
from clinics.names import KOREAN_ROAD, OTHER_NAMES, ROAD, words_of
from clinics.places import Spot, spots_named

NEIGHBOURHOOD, ON_A_ROAD = 4, 5  # depths
_ADDRESS = re.compile(rf"(.+?) ({KOREAN_ROAD}) \d")
_SOUNDS = (  # Unicode's names of the syllables and the Revised Romanisation agree but for these
    ("ch", "c"), ("k", "g"), ("t", "d"), ("p", "b"), ("l", "r"), ("weo", "wo"), ("yi", "ui"),
    ("nr", "r"), ("br", "mn"), ("bn", "mn"), ("gr", "ngn"), ("gn", "ngn"), ("gm", "ngm"),
)  # fmt: skip
_TWICE = re.compile(r"(.)\1")
MOST = 6  # places offered
Point = tuple[float, float]


def places_named(query: str) -> list[Spot]:
    """What a query names: a road in the place it names, the place; that first where it bears the road's name itself."""
    spots = spots_named(query, most=MOST)
    road = next((match[1] for word in words_of(query) if (match := ROAD.fullmatch(word))), "")
    if not road:
        return spots
    if spots and any(word.startswith(road) for word in (*spots[0].words, *spots[0].romanised)):
        return [spots[0], *_roads(road), *spots[1:]][:MOST]
    if spots and spots[0].depth == NEIGHBOURHOOD:
        return spots
    return [*_roads(road, spots[0].words if spots else ()), *spots][:MOST]


def _roads(road: str, within: tuple[str, ...] = ()) -> list[Spot]:
    """Roads of that name, each amid the clinics of one town on it; those with more clinics first."""
    found: dict[tuple[str, ...], list[Point]] = defaultdict(list)
    for words, name, point in _clinics_on(road):
        if set(within) <= set(words):
            found[*words[:2], name].append(point)
    ranked = sorted(found.items(), key=lambda road_and_points: -len(road_and_points[1]))
    return [_spot(words, points) for words, points in ranked[:MOST]]


def _clinics_on(road: str) -> Iterator[tuple[tuple[str, ...], str, Point]]:
    """The words of each clinic's address before the road, the road, and where the clinic lies."""
    rows = Clinic.objects.order_by().filter(closed=False)
    if not road.isascii():
        rows = rows.filter(address__contains=f" {road} ")
    for address, lat, lng in rows.values_list("address", "lat", "lng"):
        match = _ADDRESS.match(address)
        if match and (match[2] == road or (road.isascii() and _sound(match[2]) == _sound(road))):
            yield tuple(OTHER_NAMES.get(word, word) for word in match[1].split()), match[2], (lat, lng)


@lru_cache(maxsize=2**14)
def _sound(road: str) -> str:
    """Letters that ``teheranro`` and 테헤란로 share."""
    letters = "".join(unicodedata.name(letter, letter).rpartition(" ")[2].lower() for letter in road)
    for one, other in _SOUNDS:
        letters = letters.replace(one, other)
    return _TWICE.sub(r"\1", letters)


def _spot(words: tuple[str, ...], points: list[Point]) -> Spot:
    town = next(iter(spots_named(" ".join(words[:-1]), most=1)), None)
    return Spot(
        name=" ".join(words),
        english=f"{words[-1]}, {town.english}" if town else " ".join(words),
        lat=median(lat for lat, _ in points),
        lng=median(lng for _, lng in points),
        words=words,
        romanised=(),
        depth=ON_A_ROAD,
        clinics=len(points),
    )
