"""Before a task's model answers: does the photo show that species and body site at all, or something else?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from PIL import Image

from ml.calibration import posterior
from ml.cards import ModelCard
from ml.errors import UnknownTask
from ml.preprocess import to_input
from ml.releases import load_weights, model_card
from ml.runtime.base import Floats, Runtime
from ml.runtime.choose import runtime_for

INTAKE = "intake"
OTHER = "other"
TASKS = ("dog_eye", "dog_skin", "cat_skin", "human_eye", "human_skin")
SURE = 0.95  # from here the intake says what the photo shows instead


@dataclass(frozen=True)
class Intake:
    """One small classifier over all tasks and "other"; safe to share between threads."""

    card: ModelCard
    runtime: Runtime

    def shares(self, pictures: Sequence[Image.Image]) -> Floats:
        """How much each picture looks like each label of the card, float32 (N, K), rows sum to 1."""
        card = self.card
        inputs = np.stack([to_input(p, size=card.image_size, mean=card.mean, std=card.std) for p in pictures])
        return posterior(self.runtime(inputs)[0], card)

    def belongs(self, shares: Floats, task: str) -> bool:
        """True if a picture is as like ``task``, beside "other", as nearly all of the task's own photos are.

        A task that the intake does not know is let in.
        """
        least = self.card.operating_points.get(task)
        return least is None or bool((kinship(shares, self.card.labels, task) >= least).any())

    def instead(self, shares: Floats, task: str) -> str:
        """The other task that every picture surely shows, or ""."""
        top = self.card.labels[int(shares.mean(0).argmax())]
        sure = shares[:, self.card.labels.index(top)].min() >= SURE
        return top if sure and top != OTHER and top != task else ""


def kinship(shares: Floats, labels: tuple[str, ...], task: str) -> Floats:
    """Share of ``task`` beside "other" alone, float32 (N,): likeness to a neighbouring task costs nothing."""
    own, other = shares[:, labels.index(task)], shares[:, labels.index(OTHER)]
    return np.asarray(own / (own + other).clip(1e-12))


@lru_cache(maxsize=2)  # every task's diagnoser shares it
def released_intake(registry: Path) -> Intake | None:
    """The newest intake model of a registry, or None when it has none.

    Raises:
        CorruptModel: its files are not those of its card.
    """
    try:
        card = model_card(INTAKE, registry=registry)
    except UnknownTask:
        return None
    return Intake(card, runtime_for(card, load_weights(card, registry), registry / card.task / card.version))
