"""Is this a photo of what the model was trained on? Distance of its features from those of the training photos."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Scope:
    """A Gaussian around the training features, kept as a whitening; follows Lee 2018, arXiv 1807.03888."""

    centre: Tensor  # float32 (C,)
    whitening: Tensor  # float32 (C, d)

    def distance(self, features: Tensor) -> Tensor:
        """Mahalanobis distance per direction, float32 (N,), about 1 for a training photo, of features (N, C)."""
        directed = torch.nn.functional.normalize(features, dim=1) - self.centre
        return (directed @ self.whitening).square().mean(1).sqrt()


def fit_scope(features: Tensor, targets: Tensor, *, directions: int = 256, shrink: float = 0.05) -> Scope:
    """Fit to training features, float32 (N, C), around each class's mean; targets are float32 (N, K).

    Lengths are divided out: they follow contrast more than content.
    """
    unit = torch.nn.functional.normalize(features, dim=1)
    centre = unit.mean(0)
    share = targets / targets.sum(0).clamp_min(1)
    inner = unit - (targets / targets.sum(1, keepdim=True)) @ (share.T @ unit)
    values, vectors = torch.linalg.eigh(inner.T @ inner / len(unit))  # ascending
    values = values + shrink * values.mean()
    return Scope(centre, vectors[:, -directions:] / values[-directions:].sqrt())
