"""Before an answer counts: does the photo show that species and body site at all, or something else?

It needs no network of its own: one linear layer over what the task's network saw in its later stages but the last,
which still tell a coat from a carpet. Depth matters: on val, with 4 % of photos of cat skin refused, the last feature
map lets in 37 % of the strangers, the stages before it 8 %.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.calibration import calibrated
from ml.cards import ModelCard
from ml.runtime.base import Floats

OTHER = "other"
SURE = 0.98  # from here the intake says what the photo shows instead
WEIGHT, BIAS = "intake.weight", "intake.bias"


@dataclass(frozen=True)
class Intake:
    """A linear classifier over all tasks and "other", for the network of one of them."""

    task: str  # whose network it looks through
    labels: tuple[str, ...]  # tasks, and "other"
    weight: Floats  # (D, K)
    bias: Floats  # (K,)
    least: float = 0.0  # kinship that nearly all of the task's own photos reach

    def shares(self, statistics: Floats) -> Floats:
        """How much each photo looks like each label, (N, K), rows sum to 1, by a pass's statistics, (N, D)."""
        return calibrated(statistics @ self.weight + self.bias, "multiclass", 1.0)

    def kinship(self, shares: Floats) -> Floats:
        """Share of the task beside "other" alone, (N,): likeness to a neighbouring task costs nothing."""
        own, other = (shares[:, self.labels.index(name)] for name in (self.task, OTHER))
        return np.asarray(own / (own + other).clip(1e-12))

    def instead(self, shares: Floats) -> str:
        """The other task that every photo surely shows, by its ``shares``, (N, K), or ""."""
        top = self.labels[int(shares.mean(0).argmax())]
        sure = shares[:, self.labels.index(top)].min() >= SURE
        return top if sure and top not in (OTHER, self.task) else ""

    def belongs(self, shares: Floats) -> bool:
        """True if a photo is as like the task as nearly all of its own are, and not all surely show another.

        Args:
            shares: Of the photos of one lesion, (N, K).
        """
        return bool((self.kinship(shares) >= self.least).any()) and not self.instead(shares)


def intake_from(card: ModelCard, tensors: dict[str, NDArray[np.generic]]) -> Intake | None:
    """Take the intake's tensors, if the release has them, out of the network's."""
    if WEIGHT not in tensors:
        return None
    weight, bias = (tensors.pop(name).astype(np.float32) for name in (WEIGHT, BIAS))
    return Intake(card.task, tuple(card.intake["labels"]), weight, bias, card.intake["least"])
