"""Measure a network on labelled photos before it is released: logits, figures with intervals, and plots."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from ml.calibration import posterior
from ml.cards import ModelCard
from ml.inference import Diagnoser
from ml.preprocess import to_input
from ml.training.context import known_of
from ml.training.data import Pack
from ml.training.figures import MELANOMA, measured
from ml.training.plots import write_plots
from ml.views import see

__all__ = ["MELANOMA", "Outputs", "measure", "run", "write_report"]

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Outputs:
    """What a network said of a pack's photos, in the pack's order."""

    logits: Floats  # (N, K)
    features: Floats  # pooled, (N, C)
    targets: Floats  # (N, K)
    known: Floats  # what age, sex and place say, (N, K); zeros where the release does not listen
    groups: tuple[str, ...] = ()  # animal, patient or lesion of each photo, where the table says


def run(diagnoser: Diagnoser, pack: Pack, batch: int = 32) -> Outputs:
    """Show every photo of a pack to the network, as serving would."""
    card = diagnoser.card
    logits: list[Floats] = []
    features: list[Floats] = []
    waiting: list[Floats] = []
    for picture in tqdm(pack.pictures(), total=len(pack.table), unit="photo", desc=card.task):
        waiting.append(to_input(picture, size=card.image_size, mean=card.mean, std=card.std))
        if len(waiting) == batch:
            _flush(diagnoser, waiting, logits, features)
    if waiting:
        _flush(diagnoser, waiting, logits, features)
    targets = pack.targets(card.labels).numpy()
    known = known_of(card, pack.table)
    return Outputs(np.concatenate(logits), np.concatenate(features), targets, known, pack.groups)


def _flush(diagnoser: Diagnoser, waiting: list[Floats], logits: list[Floats], features: list[Floats]) -> None:
    answers, maps = see(diagnoser.runtime, np.stack(waiting), diagnoser.card.views)
    logits.append(answers)
    features.append(maps.mean((2, 3)))
    waiting.clear()


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
