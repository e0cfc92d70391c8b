"""What to do about rare classes: weigh them more, or draw them more often."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.utils.data import WeightedRandomSampler

DRAWN_BY_RARITY = {"sampler": 1.0, "root": 0.5}  # an experiment's ``balance`` and the sampler's power


def class_weights(targets: Tensor) -> Tensor:
    """Float32 (K,): inverse to how common each label is, 1 on average over the labels that occur.

    Args:
        targets: float32 (N, K) of the training set. A label that does not occur weighs 0.
    """
    counts = targets.sum(0)
    weights = torch.where(counts > 0, counts.sum() / counts.clamp_min(1), torch.zeros_like(counts))
    return weights / weights.sum() * (counts > 0).sum()


def balanced_sampler(targets: Tensor, count: int, power: float = 1.0) -> WeightedRandomSampler:
    """Draws ``count`` photos so that each label comes about equally often; a photo counts by its rarest label.

    ``power`` 0.5 goes half the way: a label comes as often as the square root of its count says (Mahajan 2018,
    arXiv 1805.00932), so that rare photos are not shown over and over.
    """
    weights = (targets * class_weights(targets)).amax(1).clamp_min(1e-6) ** power  # (N,)
    return WeightedRandomSampler(weights.double().tolist(), count)
