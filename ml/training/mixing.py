"""Photos mixed in pairs while training: MixUp blends them, CutMix lays a part of one into the other."""

from __future__ import annotations

import random
from collections.abc import Callable

from torch import Tensor
from torchvision.transforms import v2

from ml.training.experiment import Experiment

Mix = Callable[[Tensor, Tensor], tuple[Tensor, Tensor]]


def mixing(experiment: Experiment) -> Mix | None:
    """What mixes a batch, float32 images (N, 3, S, S) and targets (N, K); None when the experiment wants none.

    Where both are wanted, each batch gets one of the two.
    """
    kinds = {v2.MixUp: experiment.mixup, v2.CutMix: experiment.cutmix}
    wanted = [kind(alpha=alpha, num_classes=len(experiment.labels)) for kind, alpha in kinds.items() if alpha > 0]
    if not wanted:
        return None
    return lambda images, targets: random.choice(wanted)(images, targets)
