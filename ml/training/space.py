"""What a search may vary, and between which values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import optuna

Suggest = Callable[[optuna.Trial, str], Any]


def _rate(low: float, high: float) -> Suggest:
    return lambda trial, name: trial.suggest_float(name, low, high, log=True)


def _share(low: float, high: float) -> Suggest:
    return lambda trial, name: trial.suggest_float(name, low, high)


def _one_of(*choices: Any) -> Suggest:
    return lambda trial, name: trial.suggest_categorical(name, choices)


SPACE: dict[str, Suggest] = {
    "learning_rate": _rate(1e-4, 1e-2),
    "weight_decay": _rate(1e-4, 1e-1),
    "stage_decay": _share(0.4, 1.0),
    "frozen_stages": lambda trial, name: trial.suggest_int(name, 0, 6),
    "pooling": _one_of("avg", "max", "catavgmax"),
    "optimiser": _one_of("adamw", "adam", "nadam", "sgd"),
    "balance": _one_of("none", "weights", "sampler", "root"),
    "prior_strength": _share(0.0, 1.5),
    "focal": _share(0.0, 3.0),
    "dropout": _share(0.0, 0.5),
    "label_smoothing": _share(0.0, 0.2),
    "mixup": _share(0.0, 0.4),
    "cutmix": _share(0.0, 1.0),
    "erase": _share(0.0, 0.6),
    "min_scale": _share(0.3, 0.9),
    "colour": _share(0.0, 0.4),
}
# Those that matter most and stay releasable; --search names others.
USUAL = ("learning_rate", "frozen_stages", "stage_decay", "dropout", "prior_strength", "mixup", "min_scale")
