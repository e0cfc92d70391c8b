"""From logits to probabilities that may be believed; what they rest on is fitted in ``ml.training.fitting``."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ml.cards import ModelCard

Floats = NDArray[np.float32]


def posterior(logits: ArrayLike, card: ModelCard, known: ArrayLike = 0.0) -> Floats:
    """What a release says of photos: calibrated probabilities, float32 (N, K), of logits (N, K).

    ``known`` is the evidence of age, sex and place, (K,) or (N, K), from ``ml.context``. Where the card has a
    ``lead``, the first candidate is the one that the photo speaks for most, however rare the disease is, and its
    probability says how often such an answer was right.
    """
    scaled = np.asarray(logits, np.float32) / np.float32(card.temperature) + np.asarray(known, np.float32)
    probability = calibrated(scaled, card.kind, 1.0, card.bias)
    return led_by(probability, scaled.argmax(-1), **card.lead) if card.lead else probability


def calibrated(logits: ArrayLike, kind: str, temperature: float, bias: Sequence[float] = ()) -> Floats:
    """Probabilities, float32 (N, K), of logits (N, K): independent for multilabel, summing to 1 otherwise."""
    scaled = np.asarray(logits, np.float32) / np.float32(temperature) + np.asarray(bias or 0.0, np.float32)
    if kind == "multilabel":
        return np.exp(-np.logaddexp(0, -scaled))
    shifted = np.exp(scaled - scaled.max(-1, keepdims=True))  # nothing overflows
    return shifted / shifted.sum(-1, keepdims=True)


def led_by(probability: Floats, leaders: NDArray[np.intp], *, slope: float, offset: float) -> Floats:
    """Put label ``leaders[n]`` first in row n, as sure as its own log-odds × slope + offset say; rows still sum to 1.

    The other labels share the rest in their own proportions, none above the leader.

    Args:
        probability: (N, K), rows sum to 1. leaders: (N,).
    """
    rows = np.arange(len(probability))
    own = probability[rows, leaders].clip(1e-6, 1 - 1e-6)
    sure = 1 / (1 + np.exp(-(slope * np.log(own / (1 - own)) + offset)))
    sure = sure.clip(1.01 / probability.shape[1], 1 - 1e-6)
    led = probability.copy()
    led[rows, leaders] = 0
    led = _shared(led, 1 - sure, sure * 0.999)
    led[rows, leaders] = 1 - led.sum(1)
    return led


def _shared(weights: Floats, total: Floats, most: Floats) -> Floats:
    """Each row's ``total`` spread in proportion to its weights, no part above ``most``: the rest takes over."""
    weights = np.where(weights > 0, weights.clip(1e-9), 0)
    part = np.zeros_like(weights)
    for _ in range(weights.shape[1]):  # each round fills at least one label, or is the last
        open_ = np.where(part < most[:, None] * (1 - 1e-6), weights, 0)
        left = total - part.sum(1)
        part = np.minimum(part + left[:, None] * open_ / open_.sum(1, keepdims=True).clip(1e-12), most[:, None])
    return part
