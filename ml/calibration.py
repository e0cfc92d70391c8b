"""From logits to probabilities that may be believed; what they rest on is fitted in ``ml.training.fitting``."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def calibrated(logits: ArrayLike, kind: str, temperature: float) -> NDArray[np.float32]:
    """Probabilities, float32 (N, K), of logits (N, K): independent for multilabel, summing to 1 otherwise."""
    scaled = np.asarray(logits, np.float32) / np.float32(temperature)
    if kind == "multilabel":
        return np.exp(-np.logaddexp(0, -scaled))
    shifted = np.exp(scaled - scaled.max(-1, keepdims=True))  # nothing overflows
    return shifted / shifted.sum(-1, keepdims=True)
