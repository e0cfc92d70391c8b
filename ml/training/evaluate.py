"""Measure a network on labelled photos before it is released: logits, figures with intervals, and plots."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from ml.calibration import posterior
from ml.cards import ModelCard
from ml.inference import Diagnoser
from ml.preprocess import Pixels, normalise, square
from ml.runtime.base import Pass
from ml.training.context import known_of
from ml.training.data import Pack
from ml.training.figures import MELANOMA, measured
from ml.training.plots import write_plots
from ml.views import see

__all__ = ["MELANOMA", "Outputs", "measure", "run", "write_report"]

BATCH = 32

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Outputs:
    """What a network said of a pack's photos, in the pack's order."""

    logits: Floats  # (N, K)
    features: Floats  # pooled, (N, C)
    targets: Floats  # (N, K)
    known: Floats  # what age, sex and place say, (N, K); zeros where the release does not listen
    groups: tuple[str, ...] = ()  # animal, patient or lesion of each photo, where the table says


def run(diagnoser: Diagnoser, pack: Pack) -> Outputs:
    """Show every photo of a pack to the network, as serving would."""
    card = diagnoser.card
    parts = [(seen.logits, seen.maps.mean((2, 3))) for seen in passes(diagnoser, pack)]
    logits, features = (np.concatenate(column) for column in zip(*parts, strict=True))
    targets = pack.targets(card.labels).numpy()
    return Outputs(logits, features, targets, known_of(card, pack.table), pack.groups)


def passes(diagnoser: Diagnoser, pack: Pack, change: Callable[[Pixels], Pixels] | None = None) -> Iterator[Pass]:
    """The photos of a pack, in order, ``BATCH`` to a pass; ``change`` makes other squares, (3, S, S), of theirs."""
    card = diagnoser.card
    pictures = iter(tqdm(pack.pictures(), total=len(pack.table), unit="photo", desc=card.task))
    while some := list(islice(pictures, BATCH)):
        squares = [square(picture, card.image_size) for picture in some]
        inputs = normalise(np.stack([change(one) for one in squares] if change else squares), card.mean, card.std)
        yield see(diagnoser.runtime, inputs, card.views)


def measure(card: ModelCard, outputs: Outputs, split: str) -> dict[str, Any]:
    """The card's ``measured`` entry: split, n, metrics with 95 % bootstrap intervals, per-class table."""
    probability = posterior(outputs.logits, card, outputs.known)
    return measured(card, probability, outputs.targets, outputs.groups, split=split)


def write_report(card: ModelCard, outputs: Outputs, figures: dict[str, Any], out: Path) -> None:
    """``measured.json`` and the plots, in ``out``."""
    out.mkdir(parents=True, exist_ok=True)
    (out / "measured.json").write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    probability = posterior(outputs.logits, card, outputs.known)
    write_plots(card, probability, outputs.targets, figures["per_class"], out)
