"""A split that parts no group and gives every label its share on either side."""

from __future__ import annotations

import warnings

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedGroupKFold

from ml.datasets.alike import Numbers

Words = NDArray[np.object_]


def grouped_split(labels: Numbers, groups: Numbers, *, val: float, seed: int) -> Words:
    """train or val for each picture.

    Args:
        labels: One per picture; of several, the rarest.
        groups: Equal numbers stay together.
        val: Share of the pictures for validation, in (0, 0.5].
    """
    folds = round(1 / val)
    words = np.full(len(labels), "train", dtype=object)
    if len(np.unique(groups)) < 2:
        return words
    folds = min(folds, len(np.unique(groups)))
    words[_fold(labels, groups, folds, seed)] = "val"
    _mend(words, labels, groups)
    return words


def kept_split(source: Words, groups: Numbers) -> Words:
    """The split the source came with, except that a group goes where its most precious picture is: test, val, train.

    Args:
        source: A word for each picture, (n,). groups: Equal numbers stay together, (n,).
    """
    order = {"test": 2, "val": 1}
    rank = np.array([order.get(word, 0) for word in source])
    highest = np.zeros(int(groups.max(initial=0)) + 1, dtype=np.int64)
    np.maximum.at(highest, groups, rank)
    return np.array(["train", "val", "test"], dtype=object)[highest[groups]]


def _fold(labels: Numbers, groups: Numbers, folds: int, seed: int) -> Numbers:
    """The first of ``folds`` stratified parts, the one whose size is nearest to what was asked for."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="The least populated class")  # _mend looks after rare labels
        if np.unique(labels, return_counts=True)[1].max() < folds:
            labels = np.zeros_like(labels)  # too few of each to stratify by
        splitter = StratifiedGroupKFold(folds, shuffle=True, random_state=seed)
        parts = [part for _, part in splitter.split(np.zeros(len(labels)), labels, groups)]
    return min(parts, key=lambda part: abs(len(part) - len(labels) / folds))


def _mend(words: Words, labels: Numbers, groups: Numbers) -> None:
    """Move the smallest group across for every label that has two groups or more but lies on one side only."""
    for label in np.unique(labels):
        of_label = labels == label
        sides = {side: np.unique(groups[of_label & (words == side)]) for side in ("train", "val")}
        for side, other in (("train", "val"), ("val", "train")):
            if not len(sides[side]) and len(sides[other]) > 1:
                sizes = [(int((groups == group).sum()), int(group)) for group in sides[other]]
                words[groups == min(sizes)[1]] = side
