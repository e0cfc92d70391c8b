"""What age, sex and place on the skin say of each label, beside the photo; anything may be missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]
AGES = (20, 35, 50, 65)  # years where one band ends and the next begins
PLACES = {  # what packs and forms call a place -> the region that is counted
    "head": ("head", "face", "scalp", "ear", "nose", "lip", "neck", "head/neck"),
    "trunk": ("trunk", "back", "chest", "abdomen", "anterior torso", "posterior torso", "lateral torso"),
    "arm": ("arm", "forearm", "upper extremity"),
    "hand": ("hand",),
    "leg": ("leg", "thigh", "lower extremity"),
    "foot": ("foot",),
}
_REGION = {name: region for region, names in PLACES.items() for name in names}


def facts(age: float | None = None, sex: str | None = None, site: str | None = None) -> list[str]:
    """The names of what is known, such as ``["age:2", "sex:female"]``; what is missing or unheard of is left out."""
    known = []
    if age is not None and age == age:  # NaN is not equal to itself
        known.append(f"age:{sum(age >= edge for edge in AGES)}")
    if sex in ("female", "male"):
        known.append(f"sex:{sex}")
    if site in _REGION:
        known.append(f"site:{_REGION[site]}")
    return known


def evidence(context: Mapping[str, Any], known: Iterable[str], labels: int) -> Floats:
    """Log-likelihood ratios to add to the logits, float64 (K,), zero where nothing is known."""
    rows = [context["rows"][fact] for fact in known if fact in context.get("rows", {})]
    return context.get("weight", 0.0) * np.sum(rows, axis=0) if rows else np.zeros(labels)
