"""A second opinion from the same pass: a linear reading of what the later stages saw, fitted when a run is released.

The end of a network that was fine-tuned on few patients or animals knows them too well; the stages before it less.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ml.training.fitting import fit_linear
from ml.training.metrics import Floats

STRENGTH = 3e-3  # of the fit against its penalty, over standardised statistics


def fit_reading(
    statistics: Floats, targets: Floats, kind: str, beside: tuple[Floats, Floats], share: float
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Weight, (K, D), and bias, (K,), of what to add to a network's logits.

    Logistic regression, one for all labels or one each (multilabel), with the labels' frequencies taken out again.

    Args:
        statistics: Of photos to learn from, (N, D). targets: (N, K), 1 where a label is named.
        beside: Held-out logits of the network, (M, K), and statistics, (M, D), that tell how far either spreads.
        share: Of the sum that the reading is to have, in (0, 1).
    """
    often = targets.mean(0)
    if kind == "multilabel":
        each = [fit_linear(statistics, column > 0, strength=STRENGTH) for column in targets.T]
        weight, bias = np.stack([rows[1] for _, rows, _ in each]), np.array([offsets[1] for *_, offsets in each])
        bias = bias - np.log(often / (1 - often))
    else:
        _, weight, bias = fit_linear(statistics, targets.argmax(1), strength=STRENGTH)
        bias = bias - np.log(often)
    logits, seen = beside
    scale = share / (1 - share) * logits.std() / (seen @ weight.T + bias).std()
    return (weight * scale).astype(np.float32), (bias * scale).astype(np.float32)
