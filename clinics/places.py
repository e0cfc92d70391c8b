"""Finds provinces, cities, districts and neighbourhoods by name, Korean or romanised, from the bundled gazetteer."""

import csv
import gzip
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

FILE = Path(__file__).parent / "data" / "places.csv.gz"
SHORT_NAMES = {
    "충북": "충청북도", "충남": "충청남도", "전북": "전북특별자치도", "전라북도": "전북특별자치도", "전남": "전라남도",
    "경북": "경상북도", "경남": "경상남도", "강원도": "강원특별자치도",
}  # fmt: skip
_SPACE = re.compile(r"[\s,·/]+")


@dataclass(frozen=True)
class Spot:
    """A place with a name: ``words`` from large to small, and the point a search starts from."""

    name: str
    english: str
    lat: float
    lng: float
    words: tuple[str, ...]  # 충청남도 천안시 서북구 불당동
    romanised: tuple[str, ...]

    def label(self, language: str) -> str:
        return self.name if language == "ko" else self.english


def spots_named(query: str, *, most: int = 6) -> list[Spot]:
    """Places whose names begin with every word of the query: the best, then others that do not lie inside it.

    Whole names come before beginnings, large places before small ones.
    """
    wanted = [SHORT_NAMES.get(word, word) for word in _SPACE.split(query.strip().lower()) if word]
    if not wanted:
        return []
    found = [(rank, spot) for spot in _gazetteer() if (rank := _rank(spot, wanted)) is not None]
    ranked = [spot for _, spot in sorted(found, key=lambda pair: (pair[0], pair[1].name))]
    return ranked[:1] + [spot for spot in ranked[1:] if not _inside(spot, ranked[0])][: most - 1]


def _inside(spot: Spot, larger: Spot) -> bool:
    return spot.words[: len(larger.words)] == larger.words


def _rank(spot: Spot, wanted: list[str]) -> tuple[int, int] | None:
    """(words only begun, words not named at all); None when a wanted word is missing."""
    for words in (spot.words, spot.romanised):
        hits = [_hit(words, word) for word in wanted]
        if all(hits):
            begun = sum(1 for word, hit in zip(wanted, hits, strict=True) if hit and not _whole(hit, word))
            return begun, len(words) - len(set(hits))
    return None


def _hit(words: tuple[str, ...], wanted: str) -> str | None:
    """The smallest unit that the wanted word names, whole before begun."""
    begun = [word for word in reversed(words) if word.startswith(wanted)]
    return next((word for word in begun if _whole(word, wanted)), begun[0] if begun else None)


def _whole(word: str, wanted: str) -> bool:
    """``천안`` is all of 천안시, and ``gangnam`` all of gangnam-gu."""
    return word == wanted or word.partition("-")[0] == wanted or (word[:-1] == wanted and word[-1] in "시군구읍면동")


@lru_cache(maxsize=1)
def _gazetteer() -> tuple[Spot, ...]:
    with gzip.open(FILE, "rt", encoding="utf-8") as file:
        return tuple(_spot(row) for row in csv.DictReader(file))


def _spot(row: dict[str, str]) -> Spot:
    name = " ".join(filter(None, (row["sido"], row["sigungu"], row["emd"])))
    english = ", ".join(row["english"].split())
    romanised = tuple(reversed(row["english"].lower().split()))
    return Spot(name, english, float(row["lat"]), float(row["lng"]), tuple(name.split()), romanised)
