"""The figures of a model card, each with a bootstrap interval.

They take probabilities, (N, K) in [0, 1], and targets, (N, K), 1 where a label holds, row by row of the same photos.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest
from sklearn.metrics import precision_recall_fscore_support

BINS = 15  # of the calibration error, as in its source

Floats = NDArray[np.floating[Any]]
Metric = Callable[[Floats, Floats], float]  # (probabilities (N, K), targets (N, K)) -> figure


def balanced_accuracy(probabilities: Floats, targets: Floats) -> float:
    """Mean recall over the classes that occur, in [0, 1]."""
    truth, guess = targets.argmax(1), probabilities.argmax(1)
    return float(np.mean([(guess[truth == label] == label).mean() for label in np.unique(truth)]))


def macro_f1(probabilities: Floats, targets: Floats, among: Sequence[int] = ()) -> float:
    """Mean F1 over the classes ``among``, or over all that occur, in [0, 1]; every photo counts either way."""
    truth, guess = targets.argmax(1), probabilities.argmax(1)
    present = np.unique(truth)
    wanted = np.intersect1d(present, among) if len(among) else present
    f1 = [2 * ((truth == k) & (guess == k)).sum() / ((truth == k).sum() + (guess == k).sum()) for k in wanted]
    return float(np.mean(f1)) if f1 else float("nan")


def places(labels: Sequence[str], some: Sequence[str]) -> list[int]:
    """Where ``some`` of the labels stand, as ``among`` wants them; raises ValueError where one is none of them."""
    return [list(labels).index(label) for label in some]


def mean_auroc(probabilities: Floats, targets: Floats) -> float:
    """Mean over labels of the area under each one's ROC curve, in [0, 1]; a label without both kinds is left out."""
    areas = [
        _auroc(probabilities[:, k], targets[:, k] > 0)
        for k in range(targets.shape[1])
        if 0 < targets[:, k].sum() < len(targets)
    ]
    return float(np.mean(areas)) if areas else float("nan")


def _auroc(scores: Floats, positive: NDArray[np.bool_]) -> float:
    """By mean ranks (Mann and Whitney); a tenth of the time of scikit-learn's, which the tests hold it to."""
    _values, place, count = np.unique(scores, return_inverse=True, return_counts=True)
    rank = (np.cumsum(count) - (count - 1) / 2)[place]
    ones = int(positive.sum())
    return float((rank[positive].sum() - ones * (ones + 1) / 2) / (ones * (len(scores) - ones)))


def top1_single_label(probabilities: Floats, targets: Floats) -> float:
    """Share of the photos with exactly one named label whose most probable label is that one."""
    single = targets.sum(1) == 1
    hit = probabilities[single].argmax(1) == targets[single].argmax(1)
    return float(hit.mean()) if single.any() else float("nan")


def expected_calibration_error(probabilities: Floats, targets: Floats) -> float:
    """ECE of the top candidate over ``BINS`` equally wide bins (Guo 2017, arXiv 1706.04599), in [0, 1]."""
    top = probabilities.argmax(1)
    confidence = probabilities.max(1)
    hit = targets[np.arange(len(top)), top] > 0
    which = np.minimum((confidence * BINS).astype(int), BINS - 1)
    gaps = [
        (which == b).mean() * abs(hit[which == b].mean() - confidence[which == b].mean())
        for b in range(BINS)
        if (which == b).any()
    ]
    return float(np.sum(gaps))


def recall_of(label: int) -> Metric:
    """Share of the photos with ``label`` that it is the top candidate of; NaN when there is none."""
    return lambda p, t: share(p[t[:, label] > 0].argmax(1) == label)


def precision_of(label: int) -> Metric:
    """Share of the photos whose top candidate is ``label`` that carry it; NaN when it is never answered."""
    return lambda p, t: share(t[p.argmax(1) == label, label] > 0)


def auroc_of(label: int) -> Metric:
    """Area under the ROC curve of one label, in [0, 1]; NaN when all photos carry it or none does."""
    return lambda p, t: mean_auroc(p[:, [label]], t[:, [label]])


def accuracy(probabilities: Floats, targets: Floats) -> float:
    """Share of the photos whose top candidate is one of the labels they carry."""
    return share(hits(probabilities, targets))


def hits(probabilities: Floats, targets: Floats) -> NDArray[np.bool_]:
    """Whether the top candidate of each photo is a label it carries, bool (N,)."""
    top = probabilities.argmax(1)
    held: NDArray[np.bool_] = targets[np.arange(len(top)), top] > 0
    return held


def share(true: NDArray[np.bool_]) -> float:
    """How many of (N,) hold, in [0, 1]; NaN of none."""
    return float(true.mean()) if len(true) else float("nan")


def interval(
    metric: Metric,
    probabilities: Floats,
    targets: Floats,
    *,
    groups: Sequence[str] = (),
    rounds: int = 300,
) -> dict[str, float]:
    """A metric with its 95 % bootstrap interval: ``{"value", "low", "high"}``, each rounded to four decimals.

    By Efron's bootstrap (1979, doi 10.1214/aos/1176344552) of whole groups: the animal, patient or lesion of each
    photo, N names. Photos of one group are no independent evidence, and drawing them one by one makes intervals too
    narrow. Without ``groups`` photos are drawn.
    """
    generator = np.random.default_rng(0)
    members = _members(groups or [str(index) for index in range(len(targets))])
    draws = []
    for _ in range(rounds):
        chosen = np.concatenate([members[g] for g in generator.integers(0, len(members), len(members))])
        draws.append(metric(probabilities[chosen], targets[chosen]))
    drawn = np.array([draw for draw in draws if np.isfinite(draw)] or [np.nan])  # a draw may miss a whole class
    low, high = np.percentile(drawn, [2.5, 97.5])
    value = metric(probabilities, targets)
    low, high = min(low, value), max(high, value)  # drawing with repeats biases some figures, ECE upwards
    return {"value": round(value, 4), "low": round(float(low), 4), "high": round(float(high), 4)}


def exact_interval(hits: int, count: int) -> tuple[float, float]:
    """The 95 % interval of a share of ``count`` independent photos, by Clopper and Pearson (1934, doi 10.2307/2331986).

    Photos drawn again from none or all are none or all as well; this one has a width there.
    """
    low, high = binomtest(hits, count).proportion_ci()
    return float(low), float(high)


def _members(groups: Sequence[str]) -> list[NDArray[np.intp]]:
    """The indices of each group's photos."""
    _names, which = np.unique(np.asarray(groups), return_inverse=True)
    return [np.flatnonzero(which == group) for group in range(which.max() + 1)]


def per_class(
    probabilities: Floats, targets: Floats, labels: tuple[str, ...]
) -> dict[str, dict[str, float | int | None]]:
    """Recall, precision, F1, AUROC and number of photos of each label; the top candidate is the answer.

    A label that no photo or every photo has, has no AUROC: None.
    """
    guess = np.eye(len(labels))[probabilities.argmax(1)]
    precision, recall, f1, count = precision_recall_fscore_support(targets, guess, average=None, zero_division=0)
    return {
        label: {
            "n": int(count[k]),
            "recall": round(float(recall[k]), 4),
            "precision": round(float(precision[k]), 4),
            "f1": round(float(f1[k]), 4),
            "auroc": round(auroc_of(k)(probabilities, targets), 4) if 0 < count[k] < len(targets) else None,
        }
        for k, label in enumerate(labels)
    }


def main_metric(kind: str, among: Sequence[int] = ()) -> Metric:
    """What a run is chosen by: mean AUROC for multilabel, balanced accuracy otherwise.

    Where the other classes are too rare for that, macro-F1 of the classes ``among``: one photo is then not a class.
    """
    if kind == "multilabel":
        return mean_auroc
    return partial(macro_f1, among=among) if among else balanced_accuracy
