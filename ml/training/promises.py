"""Figures of what a model promises: that its sets hold the truth, and that it knows when it does not know.

They take probabilities, (N, K) in [0, 1], and targets, (N, K), 1 where a label holds.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ml.training.metrics import Floats, Metric, hits, share

SUREST = 0.8  # share of the answers


def selective_gain(probabilities: Floats, targets: Floats) -> float:
    """How much more often the surest four fifths of the answers is right than all answers are."""
    hit = hits(probabilities, targets)
    surest = np.argsort(-probabilities.max(1), kind="stable")[: int(np.ceil(SUREST * len(hit)))]
    return float(hit[surest].mean() - hit.mean())


def risk_coverage(probabilities: Floats, targets: Floats) -> tuple[Floats, Floats]:
    """Share answered, and share wrong among those, when only the 1, 2, … N surest photos are answered; each (N,)."""
    hit = hits(probabilities, targets)[np.argsort(-probabilities.max(1), kind="stable")]
    answered = np.arange(1, len(hit) + 1)
    return answered / len(hit), 1 - hit.cumsum() / answered


def set_coverage(least: Sequence[float], label: int | None = None) -> Metric:
    """Share of the named labels, or of one, that the set "at least ``least``, (K,)" holds; NaN without any."""

    def held(probabilities: Floats, targets: Floats) -> float:
        named = targets > 0
        inside = probabilities >= np.asarray(least)
        return share(inside[named]) if label is None else share(inside[named[:, label], label])

    return held


def set_size(least: Sequence[float]) -> Metric:
    """Mean number of labels in the set "at least ``least``, (K,)"."""
    return lambda p, t: float((p >= np.asarray(least)).sum(1).mean())
