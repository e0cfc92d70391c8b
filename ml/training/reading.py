"""A second opinion from the same pass: a linear reading of what the later stages saw, fitted when a run is released.

The end of a network that was fine-tuned on few patients or animals knows them too well; the stages before it less.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

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
    centre, spread = statistics.mean(0), statistics.std(0) + 1e-6
    rows = (statistics - centre) / spread
    often = targets.mean(0)
    if kind == "multilabel":
        each = [LogisticRegression(C=STRENGTH, max_iter=300).fit(rows, column > 0) for column in targets.T]
        slopes, offsets = np.concatenate([one.coef_ for one in each]), np.concatenate([one.intercept_ for one in each])
        offsets = offsets - np.log(often / (1 - often))
    else:
        one = LogisticRegression(C=STRENGTH, max_iter=300).fit(rows, targets.argmax(1))
        slopes, offsets = one.coef_, one.intercept_ - np.log(often)
    weight = slopes / spread
    bias = offsets - weight @ centre
    logits, seen = beside
    scale = share / (1 - share) * logits.std() / (seen @ weight.T + bias).std()
    return (weight * scale).astype(np.float32), (bias * scale).astype(np.float32)
