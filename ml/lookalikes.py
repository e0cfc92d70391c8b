"""Which confirmed cases look most like this photo: a second opinion that shares no photo, only labels."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load, save

from ml.cards import ModelCard
from ml.errors import CorruptModel
from ml.scope import unit

Floats = NDArray[np.float32]
NEIGHBOURS = 15
FILE = "lookalikes.safetensors"


@dataclass(frozen=True)
class Lookalikes:
    """Training photos as short vectors, from which no photo can be had back."""

    centre: Floats  # of the unit features, (C,)
    axes: Floats  # the directions in which they differ most, (C, d)
    cases: Floats  # unit vectors, (M, d)
    carried: NDArray[np.uint8]  # which labels each case carries, (M, K)

    def counts(self, features: Floats, neighbours: int = NEIGHBOURS) -> NDArray[np.int64]:
        """How many of the nearest cases carry each label, (N, K), of pooled features (N, C)."""
        likeness = self.short(features) @ self.cases.T  # (N, M)
        count = min(neighbours, len(self.cases))
        nearest = np.argpartition(-likeness, count - 1, axis=1)[:, :count]
        found: NDArray[np.int64] = self.carried[nearest].sum(1, dtype=np.int64)
        return found

    def short(self, features: Floats) -> Floats:
        """Features (N, C) as unit vectors (N, d)."""
        return unit((unit(features) - self.centre) @ self.axes)

    def to_bytes(self) -> bytes:
        """For the release's file, in half precision: 200 bytes a case."""
        halves = {name: np.ascontiguousarray(getattr(self, name), dtype=np.float16) for name in _HALVES}
        return bytes(save(halves | {"carried": np.ascontiguousarray(self.carried)}))


def sureness(card: ModelCard, top: float, alike: NDArray[np.int64], label: int) -> float:
    """How sure network and neighbours are together of the first candidate, on the scale of the abstention's limit.

    The neighbours speak with the weight that helped on ``val``: often 0, and the network's own ``top`` stands.

    Args:
        top: Calibrated probability of ``label``, the first candidate's index.
        alike: Of the nearest cases, how many carry each label, (K,).
    """
    weight = card.lookalikes.get("weight", 0.0)
    if not weight:
        return top
    mixed = mixture(top, float(alike[label]) / NEIGHBOURS, weight)
    return mixed - card.lookalikes["below"] + card.abstain.get("below", 0)


def mixture(top: Any, vote: Any, weight: float) -> Any:
    """Of floats or arrays in [0, 1]: the network's probability and the neighbours' vote."""
    return (1 - weight) * top + weight * vote


_HALVES = ("centre", "axes", "cases")


def lookalikes_of(card: ModelCard, home: Path) -> Lookalikes | None:
    """The look-alikes of the release in ``home``; None when its card promises none.

    Raises:
        CorruptModel: the file is missing, or is not the one the card was written for.
    """
    wanted = card.lookalikes.get("sha256")
    if not wanted:
        return None
    try:
        blob = (home / FILE).read_bytes()
    except OSError as error:
        raise CorruptModel(f"the look-alikes of {card.task} {card.version} are missing") from error
    if hashlib.sha256(blob).hexdigest() != wanted:
        raise CorruptModel(f"the look-alikes of {card.task} {card.version} are not those of its card")
    tensors = load(blob)
    centre, axes, cases = (tensors[name].astype(np.float32) for name in _HALVES)
    return Lookalikes(centre, axes, cases, tensors["carried"].astype(np.uint8))
