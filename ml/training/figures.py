"""Which figures a card and an evaluation carry, and how they are had from probabilities and labels."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.cards import ModelCard
from ml.training import metrics, promises
from ml.training.metrics import Floats, Metric

MELANOMA = "mel"
ROUNDS = 300  # bootstrap draws
SET_SIZE, RISK = "set_size", "selective_risk80"  # said in an evaluation, no part of a card


def measured(
    card: ModelCard,
    probability: Floats,
    targets: Floats,
    groups: Sequence[str] = (),
    *,
    split: str,
    rounds: int = ROUNDS,
) -> dict[str, Any]:
    """The card's ``measured`` entry: split, n, metrics with 95 % bootstrap intervals, per-class table.

    A figure that these photos cannot give (an AUROC of one class only) is left out.

    Args:
        probability: Calibrated, (N, K). targets: (N, K), 1 where a label holds.
        groups: The animal, patient or lesion of each photo, N names, or none.
    """
    return {
        "split": split,
        "n": len(targets),
        "metrics": intervals(wanted(card), probability, targets, groups, rounds),
        "per_class": _per_class(card, probability, targets, groups, rounds),
    }


def intervals(
    figures: dict[str, Metric], probability: Floats, targets: Floats, groups: Sequence[str], rounds: int = ROUNDS
) -> dict[str, dict[str, float]]:
    """Each figure with its interval, unless it cannot be had."""
    found = {
        name: metrics.interval(metric, probability, targets, groups=groups, rounds=rounds)
        for name, metric in figures.items()
        if np.isfinite(metric(probability, targets))
    }
    return {name: figure for name, figure in found.items() if np.isfinite(list(figure.values())).all()}


def wanted(card: ModelCard) -> dict[str, Metric]:
    """The figures of the card's kind, under the names that cards use."""
    figures: dict[str, Metric] = {"mean_auroc": metrics.mean_auroc}
    if card.kind == "multilabel":
        figures["top1_single_label"] = metrics.top1_single_label
    else:
        figures["balanced_accuracy"] = metrics.balanced_accuracy
        main = metrics.places(card.labels, card.experiment.get("main_labels", ()))
        figures["macro_f1"] = partial(metrics.macro_f1, among=main)
    figures["ece"] = metrics.expected_calibration_error
    figures["selective_gain80"] = promises.selective_gain
    if least := thresholds(card):
        figures["coverage90"] = promises.set_coverage(least)
    if MELANOMA in card.operating_points:
        index, point = card.labels.index(MELANOMA), card.operating_points[MELANOMA]
        figures["melanoma_recall"] = lambda p, t: metrics.share(p[t[:, index] > 0, index] >= point)
        figures["melanoma_precision"] = lambda p, t: metrics.share(t[p[:, index] >= point, index] > 0)
    return figures


def beyond_the_card(card: ModelCard) -> dict[str, Metric]:
    """Figures that an evaluation adds: accuracy, the risk of the surest four fifths, the size of the sets."""
    figures: dict[str, Metric] = {"accuracy": metrics.accuracy}
    figures[RISK] = lambda p, t: 1 - metrics.accuracy(p, t) - promises.selective_gain(p, t)
    if least := thresholds(card):
        figures[SET_SIZE] = promises.set_size(least)
    return figures


def thresholds(card: ModelCard) -> list[float]:
    """The probability from which each label is in the set; [] when the release promises no sets."""
    least = getattr(card, "conformal", {}).get("thresholds", {})
    return [float(least[label]) for label in card.labels] if set(card.labels) <= set(least) else []


def _per_class(
    card: ModelCard, probability: Floats, targets: Floats, groups: Sequence[str], rounds: int
) -> dict[str, Any]:
    """The per-class table with intervals: ``recall`` has ``recall_low`` and ``recall_high`` beside it, and so on."""
    table: dict[str, Any] = dict(metrics.per_class(probability, targets, card.labels))
    least = thresholds(card)
    for k, label in enumerate(card.labels):
        figures = {"recall": metrics.recall_of(k), "precision": metrics.precision_of(k), "auroc": metrics.auroc_of(k)}
        if least:
            figures["coverage"] = promises.set_coverage(least, k)
        counted = dict.fromkeys(("recall", "coverage"), targets[:, k] > 0) | {"precision": probability.argmax(1) == k}
        for name, figure in intervals(figures, probability, targets, groups, rounds).items():
            if name in counted:
                figure = _with_room(figure, _how_many(counted[name], groups))
            table[label] |= {name: figure["value"], f"{name}_low": figure["low"], f"{name}_high": figure["high"]}
    return table


def _how_many(rows: NDArray[np.bool_], groups: Sequence[str]) -> int:
    """Independent photos among those marked: groups where they are known."""
    return len(set(np.asarray(groups)[rows])) if len(groups) else int(rows.sum())


def _with_room(figure: dict[str, float], count: int) -> dict[str, float]:
    """A share of none or all of ``count`` with the width that so few photos give it."""
    if figure["value"] not in (0, 1):
        return figure
    low, high = metrics.exact_interval(int(figure["value"]) * count, count)
    return figure | {"low": min(figure["low"], round(low, 4)), "high": max(figure["high"], round(high, 4))}
