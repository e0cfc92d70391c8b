"""Is this a photo of what the model was trained on? Distance of its features from those of the training photos."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float32]
CENTRE, WHITENING = "scope.centre", "scope.whitening"


@dataclass(frozen=True)
class Scope:
    """A Gaussian around the training features, kept as a whitening; follows Lee 2018, arXiv 1807.03888."""

    centre: Floats  # (C,)
    whitening: Floats  # (C, d)

    def distance(self, features: ArrayLike) -> Floats:
        """Mahalanobis distance per direction, float32 (N,), about 1 for a training photo, of features (N, C)."""
        directed = unit(features) - self.centre
        return np.sqrt(np.square(directed @ self.whitening).mean(1))


def scope_from(tensors: dict[str, NDArray[np.generic]]) -> Scope | None:
    """Take the scope's tensors, if the release has them, out of the network's."""
    if CENTRE not in tensors:
        return None
    centre, whitening = (tensors.pop(name).astype(np.float32) for name in (CENTRE, WHITENING))
    return Scope(centre, whitening)


def unit(features: ArrayLike) -> Floats:
    """Features, (N, C), brought to length 1: their length follows contrast more than content."""
    rows = np.asarray(features, np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True).clip(min=1e-12)
