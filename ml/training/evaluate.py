"""Measure a model on labelled photos: figures with intervals, a per-class table and plots."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from tqdm import tqdm

from ml.calibration import calibrated
from ml.cards import ModelCard
from ml.inference import Diagnoser
from ml.preprocess import to_input
from ml.training import metrics
from ml.training.data import Pack
from ml.training.plots import confusion, reliability

MELANOMA = "mel"


@dataclass(frozen=True)
class Outputs:
    """What a network said of a pack's photos, in the pack's order."""

    logits: Tensor  # float32 (N, K)
    features: Tensor  # pooled, float32 (N, C)
    targets: Tensor  # float32 (N, K)
    groups: tuple[str, ...] = ()  # animal, patient or lesion of each photo, where the table says


def run(diagnoser: Diagnoser, pack: Pack, batch: int = 32) -> Outputs:
    """Show every photo of a pack to the network, as serving would."""
    card = diagnoser.card
    logits: list[Tensor] = []
    features: list[Tensor] = []
    waiting: list[Tensor] = []
    with torch.inference_mode():
        for picture in tqdm(pack.pictures(), total=len(pack.table), unit="photo", desc=card.task):
            waiting.append(to_input(picture, size=card.image_size, mean=card.mean, std=card.std))
            if len(waiting) == batch:
                _flush(diagnoser, waiting, logits, features)
        if waiting:
            _flush(diagnoser, waiting, logits, features)
    return Outputs(torch.cat(logits), torch.cat(features), pack.targets(card.labels), pack.groups)


def _flush(diagnoser: Diagnoser, waiting: list[Tensor], logits: list[Tensor], features: list[Tensor]) -> None:
    maps = diagnoser.net.features(torch.stack(waiting).contiguous(memory_format=torch.channels_last))
    logits.append(diagnoser.net.classify(maps))
    features.append(maps.mean((2, 3)))
    waiting.clear()


def measure(card: ModelCard, outputs: Outputs, split: str) -> dict[str, Any]:
    """The card's ``measured`` entry: split, n, metrics with 95 % bootstrap intervals, per-class table."""
    probability = calibrated(outputs.logits, card.kind, card.temperature).numpy()
    targets = outputs.targets.numpy()
    wanted = _metrics(card)
    return {
        "split": split,
        "n": len(targets),
        "metrics": {
            name: metrics.interval(metric, probability, targets, groups=outputs.groups)
            for name, metric in wanted.items()
        },
        "per_class": metrics.per_class(probability, targets, card.labels),
    }


def _metrics(card: ModelCard) -> dict[str, metrics.Metric]:
    if card.kind == "multilabel":
        return {"mean_auroc": metrics.mean_auroc, "top1_single_label": metrics.top1_single_label}
    wanted: dict[str, metrics.Metric] = {
        "balanced_accuracy": metrics.balanced_accuracy,
        "macro_f1": partial(metrics.macro_f1, among=_main_labels(card)),
        "mean_auroc": metrics.mean_auroc,
        "ece": metrics.expected_calibration_error,
        "selective_gain80": selective_gain,
    }
    if MELANOMA in card.operating_points:
        index, least = card.labels.index(MELANOMA), card.operating_points[MELANOMA]
        wanted["melanoma_recall"] = lambda p, t: float((p[t[:, index] > 0, index] >= least).mean())
        wanted["melanoma_precision"] = lambda p, t: float(t[p[:, index] >= least, index].mean())
    return wanted


def _main_labels(card: ModelCard) -> list[int]:
    return [card.labels.index(label) for label in card.experiment.get("main_labels", ())]


def selective_gain(probability: metrics.Floats, targets: metrics.Floats, coverage: float = 0.8) -> float:
    """How much more often the surest ``coverage`` of the answers is right than all answers are."""
    top = probability.argmax(1)
    hit = targets[np.arange(len(top)), top] > 0
    surest = np.argsort(-probability.max(1))[: int(np.ceil(coverage * len(top)))]
    return float(hit[surest].mean() - hit.mean())


def write_report(card: ModelCard, outputs: Outputs, measured: dict[str, Any], out: Path) -> None:
    """``measured.json``, the confusion matrix and the reliability diagram, in ``out``."""
    out.mkdir(parents=True, exist_ok=True)
    (out / "measured.json").write_text(json.dumps(measured, indent=2) + "\n", encoding="utf-8")
    probability = calibrated(outputs.logits, card.kind, card.temperature).numpy()
    confusion(probability, outputs.targets.numpy(), card.labels, out / "confusion.png")
    reliability(probability, outputs.targets.numpy(), out / "reliability.png")
