"""Temperature, abstention, operating points and scope: what a release is given so that its numbers may be believed."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize, minimize_scalar
from scipy.special import log_expit, log_softmax
from sklearn.linear_model import LogisticRegression

from ml.calibration import calibrated
from ml.scope import Scope, unit

LEAST = 1e-7  # a probability no smaller than this, so that one sure mistake does not decide everything
RIDGE = 0.1  # how strongly each label's bias is drawn to what its frequency says
GAIN, COVERAGE = 0.05, 0.8  # what abstaining should add to the accuracy, and the share of photos it must leave
DIRECTIONS, SHRINK = 256, 0.05  # of the scope: kept directions, and how round its Gaussian is made


def fit_temperature(logits: ArrayLike, targets: ArrayLike, kind: str) -> float:
    """The temperature, > 0, under which held-out labels are most likely (Guo 2017, arXiv 1706.04599).

    Args:
        logits: float32 (N, K). targets: float32 (N, K), 1 where the label holds.
    """
    wanted = np.asarray(targets, np.float64)

    def unlikeliness(log_t: float) -> float:
        return _unlikeliness(calibrated(logits, kind, float(np.exp(log_t))).astype(np.float64), wanted, kind)

    best = minimize_scalar(unlikeliness, bounds=(-4, 4), method="bounded", options={"xatol": 1e-6})
    return float(np.exp(best.x))


def _unlikeliness(probability: NDArray[np.float64], targets: NDArray[np.float64], kind: str) -> float:
    p = probability.clip(LEAST, 1 - LEAST)
    if kind == "multilabel":
        return float(-(targets * np.log(p) + (1 - targets) * np.log(1 - p)).mean())
    return float(-(targets / targets.sum(1, keepdims=True) * np.log(p)).sum(1).mean())


def fit_scaling(logits: ArrayLike, targets: ArrayLike, kind: str, known: ArrayLike = 0.0) -> tuple[float, list[float]]:
    """The temperature, > 0, and the bias of each label under which held-out labels are most likely.

    Vector scaling with one slope (Guo 2017, arXiv 1706.04599). ``RIDGE`` draws each label's bias towards a share of
    its log frequency that is fitted too, so that rare labels are not fitted to a handful of photos.

    Args:
        logits: float (N, K). targets: float (N, K), 1 where the label holds. known: Evidence beside the photo, (N, K).
    """
    z, wanted = np.asarray(logits, np.float64), np.asarray(targets, np.float64)
    prior = np.log(wanted.mean(0).clip(1 / len(wanted)))
    shares = wanted / wanted.sum(1, keepdims=True)

    def bias(free: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(free[1] * prior + free[2:])

    def unlikeliness(free: NDArray[np.float64]) -> float:
        scaled = z / np.exp(free[0]) + np.asarray(known) + bias(free)
        if kind == "multilabel":
            likely = (wanted * log_expit(scaled) + (1 - wanted) * log_expit(-scaled)).mean()
        else:
            likely = (shares * log_softmax(scaled, axis=1)).sum(1).mean()
        return float(RIDGE * np.square(free[2:]).sum() - likely)

    free = minimize(unlikeliness, np.zeros(2 + len(prior)), method="L-BFGS-B").x
    return float(np.exp(free[0])), [float(b) for b in bias(free)]


def fit_lead(probability: ArrayLike, leaders: ArrayLike, targets: ArrayLike) -> dict[str, float]:
    """How sure to be of a chosen first candidate: slope and offset over the log-odds of its probability.

    Platt's sigmoid on held-out photos, for ``ml.calibration.led_by``.

    Args:
        probability: Calibrated, (N, K). leaders: (N,), the label put first. targets: (N, K).
    """
    chosen = np.asarray(leaders)[:, None]
    own = np.take_along_axis(np.asarray(probability, np.float64), chosen, 1)[:, 0].clip(1e-6, 1 - 1e-6)
    hit = np.take_along_axis(np.asarray(targets), chosen, 1)[:, 0] > 0
    line = LogisticRegression(C=1e3).fit(np.log(own / (1 - own))[:, None], hit)
    return {"slope": round(float(line.coef_[0, 0]), 4), "offset": round(float(line.intercept_[0]), 4)}


def fit_linear(
    rows: ArrayLike, named: ArrayLike, *, strength: float, balanced: bool = False
) -> tuple[NDArray[np.str_], NDArray[np.float64], NDArray[np.float64]]:
    """The labels that occur, sorted, with weight, (K, D), and bias, (K,), of a logistic regression over all of them.

    Args:
        rows: Float (N, D), of any spread. named: A label each, (N,).
        strength: Of the fit against its penalty, scikit-learn's C, over standardised rows.
        balanced: Whether every label weighs the same, however common.
    """
    x = np.asarray(rows)
    centre, spread = x.mean(0), x.std(0) + 1e-6
    line = LogisticRegression(C=strength, class_weight="balanced" if balanced else None, max_iter=500)
    line.fit((x - centre) / spread, np.asarray(named))
    weight, bias = line.coef_ / spread, line.intercept_
    if len(line.classes_) == 2:  # then it keeps one row, for the second label beside the first
        weight, bias = np.concatenate([0 * weight, weight]), np.concatenate([0 * bias, bias])
    return line.classes_, weight, bias - weight @ centre


def abstain_below(top: ArrayLike, correct: ArrayLike) -> float:
    """The top probability under which to say "cannot tell", read off the risk–coverage curve.

    The least sure photos are dropped until the accuracy of the rest is ``GAIN`` above that of all, or until only
    ``COVERAGE`` of the photos is left, whichever comes first.

    Args:
        top: Calibrated top probabilities, float32 (N,). correct: bool (N,).
    """
    surest = np.sort(np.asarray(top))[::-1]
    hit = np.asarray(correct, np.float64)[np.argsort(-np.asarray(top), kind="stable")]
    accuracy = hit.cumsum() / np.arange(1, len(hit) + 1)
    least = int(np.ceil(COVERAGE * len(hit)))
    better = [kept for kept in range(len(hit), least, -1) if accuracy[kept - 1] >= accuracy[-1] + GAIN]
    return float(surest[(better[0] if better else least) - 1])


def operating_point(probability: ArrayLike, positive: ArrayLike, *, recall: float) -> float:
    """The highest threshold at which at least ``recall`` of the positives is caught.

    Args:
        probability: Calibrated, of one label, float32 (N,). positive: bool (N,).

    Raises:
        ValueError: there is no positive.
    """
    caught = np.sort(np.asarray(probability)[np.asarray(positive, bool)])[::-1]
    if not len(caught):
        raise ValueError("an operating point needs at least one positive photo")
    return float(caught[int(np.ceil(recall * len(caught))) - 1])


def fit_scope(features: ArrayLike, targets: ArrayLike) -> Scope:
    """Fit to training features, float32 (N, C), around each class's mean; targets are float32 (N, K)."""
    rows, wanted = unit(features), np.asarray(targets, np.float32)
    share = wanted / wanted.sum(0).clip(min=1)
    inner = rows - (wanted / wanted.sum(1, keepdims=True)) @ (share.T @ rows)
    values, vectors = np.linalg.eigh(inner.T @ inner / len(rows))  # ascending
    values = values + SHRINK * values.mean()
    return Scope(rows.mean(0), vectors[:, -DIRECTIONS:] / np.sqrt(values[-DIRECTIONS:]))
