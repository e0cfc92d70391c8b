"""Finds provinces, cities, districts and neighbourhoods by name, Korean or romanised, from the bundled gazetteer."""

import csv
import gzip
import re
from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, takewhile
from pathlib import Path

from clinics.names import OTHER_NAMES, ROAD, calls, words_of

FILE = Path(__file__).parent / "data" / "places.csv.gz"
_NUMBER = re.compile(r"(?<=[가-힣])\d+(?=동$)")  # 역삼1동 is a part of 역삼동
_ENDING = re.compile(r"(?<=..)(si|gun|gu|dong|역|도|청)$")


@dataclass(frozen=True)
class Spot:
    """A place with a name: ``words`` from large to small, and the point a search starts from."""

    name: str
    english: str
    lat: float
    lng: float
    words: tuple[str, ...]  # 충청남도 천안시 서북구 불당동
    romanised: tuple[str, ...]
    depth: int  # 1 province, 2 city or district, 3 district of a city, 4 neighbourhood
    clinics: int  # of the bundled registers, within 3 km

    def label(self, language: str) -> str:
        return self.name if language == "ko" else self.english

    def short_label(self, language: str) -> str:
        """Its own name, beside others of the same province."""
        return self.words[-1] if language == "ko" else self.english.split(",")[0]


def spots_named(query: str, *, most: int = 6) -> list[Spot]:
    """Places whose names begin with every word of the query that is one: the best, then others outside it.

    Whole names come before beginnings, large places before small ones, and of equals the one with more clinics.
    """
    wanted = [name for word in words_of(query) for name in _names(word)]
    found = _bearing(wanted) or _bearing([word for word in wanted if not ROAD.fullmatch(word)])
    ranked = [spot for _, spot in sorted(found, key=lambda pair: (pair[0], pair[1].name))]
    return ranked[:1] + [spot for spot in ranked[1:] if not _inside(spot, ranked[0])][: most - 1]


def parts_of(province: Spot | None) -> list[Spot]:
    """The cities and districts of a province, or all provinces; nothing of a smaller place."""
    if province is None:
        return [spot for spot in _gazetteer() if spot.depth == 1]
    if province.depth > 1:
        return []
    return [spot for spot in _gazetteer() if spot.depth == 2 and _inside(spot, province)]


def is_known(word: str) -> bool:
    """Whether the name of some place begins so."""
    return bool(_names(word))


def every_word() -> list[str]:
    """All the words of all names, Korean and romanised."""
    return _index()[0]


def _names(word: str) -> list[str]:
    """The word as the gazetteer begins a name, or two that were written as one; nothing for 152, Korea or a road."""
    short = _ENDING.sub("", word)
    for name in (word, _NUMBER.sub("", word), OTHER_NAMES.get(short, short)):
        if _numbers(name):
            return [name]
    cuts = ((OTHER_NAMES.get(word[:cut], word[:cut]), word[cut:]) for cut in range(2, len(word) - 1))
    return next(([*pair] for pair in cuts if not word.isascii() and all(map(_numbers, pair))), [])


def _bearing(wanted: list[str]) -> list[tuple[tuple[int, int, int], Spot]]:
    """Places that bear every wanted name, with their ranks."""
    if not wanted:
        return []
    spots = [_gazetteer()[number] for number in set.intersection(*map(_numbers, wanted))]
    return [(rank, spot) for spot in spots if (rank := _rank(spot, wanted)) is not None]


def _inside(spot: Spot, larger: Spot) -> bool:
    return spot.words[: len(larger.words)] == larger.words


def _rank(spot: Spot, wanted: list[str]) -> tuple[int, int, int] | None:
    """(words only begun, how small, fewer clinics); None when a wanted word is missing."""
    for words in (spot.words, spot.romanised):
        hits = [_hit(words, word) for word in wanted]
        if all(hits):
            begun = sum(1 for word, hit in zip(wanted, hits, strict=True) if hit and not _whole(hit, word))
            return begun, spot.depth, -spot.clinics
    return None


def _hit(words: tuple[str, ...], wanted: str) -> str | None:
    """The smallest unit that the wanted word names, whole before begun."""
    begun = [word for word in reversed(words) if word.startswith(wanted)]
    return next((word for word in begun if _whole(word, wanted)), begun[0] if begun else None)


def _whole(word: str, wanted: str) -> bool:
    """``천안`` is all of 천안시, ``성수`` of 성수동1가, and ``gangnam`` of gangnamgu."""
    return wanted in calls(word)


def _numbers(wanted: str) -> set[int]:
    """Of the places in the gazetteer with a word that begins so."""
    words, index = _index()
    first = bisect_left(words, wanted)
    begun = takewhile(lambda word: word.startswith(wanted), islice(words, first, None))
    return set().union(*(index[word] for word in begun)) if wanted else set()


@lru_cache(maxsize=1)
def _index() -> tuple[list[str], dict[str, list[int]]]:
    """Every word in order, and the numbers of the places that bear it."""
    index: dict[str, list[int]] = defaultdict(list)
    for number, spot in enumerate(_gazetteer()):
        for word in (*spot.words, *spot.romanised):
            index[word].append(number)
    return sorted(index), index


@lru_cache(maxsize=1)
def _gazetteer() -> tuple[Spot, ...]:
    with gzip.open(FILE, "rt", encoding="utf-8") as file:
        return tuple(_spot(row) for row in csv.DictReader(file))


def _spot(row: dict[str, str]) -> Spot:
    words = tuple(" ".join((row["sido"], row["sigungu"], row["emd"])).split())
    return Spot(
        name=" ".join(words),
        english=", ".join(row["english"].split()),
        lat=float(row["lat"]),
        lng=float(row["lng"]),
        words=words,
        romanised=tuple(reversed(row["english"].lower().replace("-", "").split())),
        depth=4 if row["emd"] else len(words),
        clinics=int(row["clinics"]),
    )
