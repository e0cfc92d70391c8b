"""Which labels cannot be ruled out: sets that hold the truth nine times in ten, for every label alike."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]
FEW = 15  # photos of a label under which its own quantile says too little; it borrows that of all labels


def set_members(probability: Floats, thresholds: Sequence[float]) -> NDArray[np.bool_]:
    """Bool (N, K): the labels of each photo's set. A photo that is like no label's usual photos has none.

    Args:
        probability: Calibrated, float (N, K). thresholds: (K,), from ``fit_thresholds``.
    """
    return np.asarray(probability >= np.asarray(thresholds))


def narrowed(probability: Floats, thresholds: Sequence[float]) -> list[int]:
    """The labels of one photo's set, most probable first; empty when it cannot be narrowed down.

    That is a set without labels, or one too wide to help: more than three labels, or than half of fewer than six.

    Args:
        probability: Calibrated, float (K,). thresholds: (K,), from ``fit_thresholds``.

    Returns:
        Indices into the labels.
    """
    inside = set_members(probability[None], thresholds)[0]
    members = [int(k) for k in np.argsort(-probability) if inside[k]]
    return members if len(members) <= max(1, min(3, len(probability) // 2)) else []


def fit_thresholds(probability: Floats, targets: Floats, *, alpha: float = 0.1) -> list[float]:
    """Per label, the probability that all but ``alpha`` of its held-out photos reach.

    Class-conditional (Mondrian) split conformal prediction: Vovk 2012, arXiv 1209.2673. A label with fewer than
    ``FEW`` photos takes the threshold of all photos together.

    Args:
        probability: Calibrated, float (N, K). targets: (N, K), 1 where the label holds; held-out photos only.

    Raises:
        ValueError: no photo carries a label.
    """
    held = targets > 0
    if not held.any():
        raise ValueError("thresholds need at least one labelled photo")
    everybody = _lower_quantile(probability[held], alpha)
    return [
        _lower_quantile(probability[held[:, k], k], alpha) if held[:, k].sum() >= FEW else everybody
        for k in range(targets.shape[1])
    ]


def _lower_quantile(true: Floats, alpha: float) -> float:
    """The finite-sample quantile: at most ``alpha`` of (n + 1) exchangeable photos fall below it."""
    rank = int(np.floor(alpha * (len(true) + 1)))
    return float(np.sort(true)[rank - 1]) if rank else 0.0
