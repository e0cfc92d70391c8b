"""Gathering the look-alikes of a release, and choosing on ``val`` whether they may speak when it abstains."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ml.lookalikes import NEIGHBOURS, Lookalikes, mixture
from ml.scope import unit
from ml.training.metrics import Floats, hits

CASES = 3000  # a file of half a megabyte
AXES = 64
WEIGHTS = (0.0, 0.25, 0.5, 0.75)  # of the neighbours' vote beside the network's probability
COVERAGE = 0.8
NOTICEABLE = 0.005  # share of wrong answers; a smaller gain on ``val`` is noise


def gather(features: Floats, targets: Floats, *, cases: int = CASES, axes: int = AXES) -> Lookalikes:
    """Short vectors of up to ``cases`` training photos, of features (N, C) and targets (N, K)."""
    some = np.sort(np.random.default_rng(0).permutation(len(features))[:cases])
    length_one = unit(features[some])
    centre = length_one.mean(0)
    inner = length_one - centre
    _values, vectors = np.linalg.eigh(inner.T @ inner)  # ascending
    main = np.ascontiguousarray(vectors[:, -axes:], dtype=np.float32)
    return Lookalikes(centre.astype(np.float32), main, unit(inner @ main), (targets[some] > 0).astype(np.uint8))


def votes(lookalikes: Lookalikes, features: Floats, probability: Floats) -> Floats:
    """Share of the nearest cases that carry the network's first candidate, (N,)."""
    counts = lookalikes.counts(features.astype(np.float32))
    chosen: Floats = counts[np.arange(len(counts)), probability.argmax(1)] / NEIGHBOURS
    return chosen


def choose_weight(
    probability: Floats, targets: Floats, vote: Floats, *, coverage: float = COVERAGE
) -> dict[str, float]:
    """The weight whose mixture sorts right from wrong best: least wrong among the surest four fifths.

    Args:
        probability: Calibrated, (N, K). targets: (N, K), 1 where a label holds. vote: From ``votes``, (N,).

    Returns:
        ``weight`` (0 where the neighbours do not help noticeably), ``below`` (the mixture under which the model
        abstains, so that it answers the share ``coverage`` of the photos), ``risk`` with it and ``risk_alone`` without.
    """
    top, hit = probability.max(1), hits(probability, targets)
    risks = {weight: _risk(mixture(top, vote, weight), hit) for weight in WEIGHTS}
    best = min(risks, key=lambda weight: (risks[weight], weight))
    if risks[0.0] - risks[best] < NOTICEABLE:
        best = 0.0
    below = float(np.quantile(mixture(top, vote, best), 1 - coverage))
    return {"weight": best, "below": round(below, 4), "risk": round(risks[best], 4), "risk_alone": round(risks[0.0], 4)}


def _risk(sure: Floats, hit: NDArray[np.bool_]) -> float:
    surest = np.argsort(-sure, kind="stable")[: int(np.ceil(COVERAGE * len(hit)))]
    return float(1 - hit[surest].mean())
