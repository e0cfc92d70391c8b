"""What to do about rare classes: weigh them more, or draw them more often."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.utils.data import WeightedRandomSampler


def class_weights(targets: Tensor) -> Tensor:
    """Float32 (K,): inverse to how common each label is, 1 on average over the labels that occur.

    Args:
        targets: float32 (N, K) of the training set. A label that does not occur weighs 0.
    """
    counts = targets.sum(0)
    weights = torch.where(counts > 0, counts.sum() / counts.clamp_min(1), torch.zeros_like(counts))
    return weights / weights.sum() * (counts > 0).sum()


def balanced_sampler(targets: Tensor, count: int) -> WeightedRandomSampler:
    """Draws ``count`` photos so that each label comes about equally often; a photo counts by its rarest label."""
    weights = (targets * class_weights(targets)).amax(1).clamp_min(1e-6)  # (N,)
    return WeightedRandomSampler(weights.double().tolist(), count)
