"""Could a network answer without looking at the lesion? Small classifiers on everything that is not the lesion."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import RandomForestClassifier
from sklearn.feature_extraction import DictVectorizer
from sklearn.metrics import roc_auc_score

from ml.datasets.alike import Numbers
from ml.datasets.traits import Traits

Floats = NDArray[np.float64]

LEAK_AUC = 0.70  # below that a shortcut is worth little to a network
SURE = 2.8  # standard errors above a guess: with six probes of two labels, chance cries wolf in 3 of 100 sets
_FOLDS = 3
_FEWEST = 6  # pictures, and _FOLDS groups, of a label that is worth a probe


@dataclass(frozen=True)
class Probe:
    """How well one kind of nuisance tells the labels, or the splits, apart."""

    kind: str  # "file_type", "size", "name", "border", "camera" or "split_shift"
    auc: float  # of the label that is told best, groups held apart
    low: float  # the AUC less SURE standard errors of a guess
    label: str
    told_by: tuple[str, ...]  # the traits that helped most

    @property
    def leaks(self) -> bool:
        """Whether it is a shortcut that a network would take."""
        return self.auc >= LEAK_AUC and self.low > 0.5


def probe(kind: str, traits: list[Traits], labels: list[str], groups: Numbers, *, seed: int) -> Probe | None:
    """Guess each label from ``traits``; None where there are too few pictures or groups to say anything."""
    worth = _worth_probing(labels, groups)
    if not worth:
        return None
    vectorizer = DictVectorizer(sparse=False)
    features = vectorizer.fit_transform(traits)
    truth = np.array(labels, dtype=object)
    folds = _folds(truth, groups, seed)
    guesses, weight = _guesses(features, truth, folds, seed)
    found = [_auc(truth == label, guesses[label]) + (label,) for label in worth]
    auc, low, label = max(found, key=lambda one: one[1])
    best = np.argsort(-weight)[:2]
    names = dict.fromkeys(str(vectorizer.feature_names_[index]).split("=")[0] for index in best)
    return Probe(kind, auc, low, label, tuple(names))


def name_traits(name: str) -> Traits:
    """What a file is called, without its folders: words, pattern, length and running number."""
    stem = PurePosixPath(name).stem
    numbers = re.findall(r"\d+", stem)
    traits: Traits = {f"word {word.lower()}": 1.0 for word in re.findall(r"[^\W\d_]{2,12}", stem)}
    traits["pattern"] = re.sub(r"\d+", "#", stem)[:16]
    return traits | {"length": float(len(stem)), "number": float(numbers[-1][-9:]) if numbers else -1.0}


def _worth_probing(labels: list[str], groups: Numbers) -> list[str]:
    truth = np.array(labels, dtype=object)
    names, counts = np.unique(truth, return_counts=True)
    enough = [n for n, c in zip(names, counts, strict=True) if c >= _FEWEST and len(set(groups[truth == n])) >= _FOLDS]
    return [] if len(names) < 2 else [str(name) for name in enough]


def _folds(truth: NDArray[np.object_], groups: Numbers, seed: int) -> Numbers:
    """A fold for each picture: whole groups, dealt out label by label."""
    dice = np.random.default_rng(seed)
    fold = np.empty(len(truth), dtype=np.int64)
    first = np.unique(groups, return_index=True)[1]
    first = first[np.lexsort((dice.permutation(len(first)), truth[first].astype(str)))]
    of_group = {int(groups[place]): turn % _FOLDS for turn, place in enumerate(first)}
    fold[:] = [of_group[int(group)] for group in groups]
    return fold


def _guesses(
    features: Floats, truth: NDArray[np.object_], folds: Numbers, seed: int
) -> tuple[dict[str, Floats], Floats]:
    """Probability of each label for each picture, from a forest that saw none of its group; weight of each feature."""
    guesses = {str(label): np.zeros(len(truth)) for label in np.unique(truth)}
    weight = np.zeros(features.shape[1])
    for fold in range(_FOLDS):
        held_out = folds == fold
        forest = RandomForestClassifier(40, max_depth=8, min_samples_leaf=2, class_weight="balanced", random_state=seed)
        forest.fit(features[~held_out], truth[~held_out])
        for label, column in zip(forest.classes_, forest.predict_proba(features[held_out]).T, strict=True):
            guesses[label][held_out] = column
        weight += forest.feature_importances_
    return guesses, weight


def _auc(truth: NDArray[np.bool_], guess: Floats) -> tuple[float, float]:
    """AUC, and what is left of it after SURE standard errors that it would have if nothing told the two apart."""
    auc = float(roc_auc_score(truth, guess))
    yes, no = int(truth.sum()), int((~truth).sum())
    return auc, auc - SURE * float(np.sqrt((yes + no + 1) / (12 * yes * no)))
