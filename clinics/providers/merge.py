"""Recognises one clinic in the answers of several providers."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from clinics.geo import distance_km
from clinics.providers.base import Place

SAME_SPOT_KM = 0.08  # two makers of maps put one door this far apart
SAME_PHONE_KM = 0.5
_FILLER = re.compile(
    r"동물|병원|의료센터|메디컬|클리닉|의원|의료법인|재단|24시|animal|clinic|hospital|medical|center|[\W_]",
    re.IGNORECASE,
)


def merged(answers: Iterable[Sequence[Place]]) -> list[Place]:
    """The places, each once; the first to name it (our own table) keeps its words, later ones fill its gaps.

    Within one answer all are kept: a register knows its clinics apart, even two that share a telephone.
    """
    kept: list[Place] = []
    for answer in answers:
        known = len(kept)
        for place in answer:
            twin = next((index for index in range(known) if is_same(kept[index], place)), None)
            if twin is None:
                kept.append(place)
            else:
                kept[twin] = _filled(kept[twin], place)
    return kept


def is_same(one: Place, other: Place) -> bool:
    """Same kind, and either the same number nearby or the same name at the same spot."""
    if one.kind != other.kind or abs(one.lat - other.lat) > 0.01:
        return False
    apart = distance_km(one.lat, one.lng, other.lat, other.lng)
    if one.phone and one.phone == other.phone and apart <= SAME_PHONE_KM:
        return True
    return apart <= SAME_SPOT_KM and core_name(one.name) == core_name(other.name)


def core_name(name: str) -> str:
    """A name without the words that every clinic bears; the whole name when nothing else is left."""
    return _FILLER.sub("", name).lower() or name


def _filled(kept: Place, other: Place) -> Place:
    """Opening hours that a source states outweigh those that a name merely claims."""
    hours_known = kept.hours is not None and not kept.hours_from_name
    rated = kept.rating is not None
    return replace(
        kept,
        phone=kept.phone or other.phone,
        address=kept.address or other.address,
        departments=tuple(dict.fromkeys((*kept.departments, *other.departments))),
        hours=kept.hours if hours_known else other.hours or kept.hours,
        hours_from_name=kept.hours_from_name and other.hours is None,
        open_now=other.open_now if kept.open_now is None else kept.open_now,
        rating=kept.rating if rated else other.rating,
        ratings=kept.ratings if rated else other.ratings,
        credit=" · ".join(filter(None, (kept.credit, other.credit))),
    )
