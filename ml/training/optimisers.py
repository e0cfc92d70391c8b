"""The optimisers a run may choose, each with its parameter groups and their learning rates."""

from __future__ import annotations

from functools import partial
from typing import Any

import torch
from torch.optim import Optimizer

from ml.training.experiment import Experiment

MOMENTUM = 0.9  # of SGD

_MAKERS: dict[str, Any] = {
    "adamw": torch.optim.AdamW,
    "adam": torch.optim.Adam,
    "nadam": partial(torch.optim.NAdam, decoupled_weight_decay=True),
    "sgd": partial(torch.optim.SGD, momentum=MOMENTUM, nesterov=True),
}


def optimiser_for(experiment: Experiment, groups: list[dict[str, Any]]) -> Optimizer:
    """The experiment's optimiser over parameter groups that name their learning rates."""
    made: Optimizer = _MAKERS[experiment.optimiser](groups, weight_decay=experiment.weight_decay)
    return made
