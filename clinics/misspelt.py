"""Places whose names are nearly what was typed: offered, never taken for it."""

import unicodedata
from difflib import SequenceMatcher, get_close_matches
from functools import lru_cache

from clinics.names import OTHER_NAMES, ROAD, calls, words_of
from clinics.places import Spot, every_word, is_known, spots_named

CLOSE = 0.75  # of the letters, Hangul taken apart: haeundea shares 0.94 with haeundae, 홍데 0.80 with 홍대
MATCHES = 12  # names looked at for each word
MOST = 4  # places offered
WORDS = 2  # looked up of one query: each takes about 50 ms
NO_PLACE = {"병원", "의원", "안과", "근처", "주변"}  # what people write beside a place


def nearly_named(query: str) -> list[tuple[str, Spot]]:
    """Names that come close to an unknown word, each with the place it means beside the words that are known."""
    words = words_of(query)
    known = [word for word in words if is_known(word)]
    found: dict[str, tuple[float, str, Spot]] = {}
    for word in [word for word in words if word not in known and _may_be_a_place(word)][:WORDS]:
        for likeness, name in _close(word):
            for spot in spots_named(" ".join([*known, name]), most=1):
                found.setdefault(spot.name, (likeness, name, spot))
    ranked = sorted(found.values(), key=lambda guess: (-guess[0], guess[2].depth, -guess[2].clinics))
    return [(name, spot) for _, name, spot in ranked[:MOST]]


def _may_be_a_place(word: str) -> bool:
    return word.isalpha() and len(word) > 1 and word not in NO_PLACE and not ROAD.fullmatch(word)


@lru_cache(maxsize=256)
def _close(word: str) -> list[tuple[float, str]]:
    """(likeness to a tenth, name): within a tenth the larger place is the likelier one."""
    letters = _letters(word)
    close = get_close_matches(letters, _names(word.isascii()), n=MATCHES, cutoff=CLOSE)
    likeness = (round(SequenceMatcher(None, name, letters).ratio(), 1) for name in close)
    return list(zip(likeness, (unicodedata.normalize("NFC", name) for name in close), strict=True))


@lru_cache(maxsize=2)
def _names(ascii_only: bool) -> list[str]:
    """Every name that can be searched, romanised or in Hangul."""
    names = {name for word in every_word() for name in calls(word)} | set(OTHER_NAMES)
    return sorted(_letters(name) for name in names if len(name) > 1 and name.isascii() == ascii_only)


def _letters(word: str) -> str:
    return unicodedata.normalize("NFD", word)
