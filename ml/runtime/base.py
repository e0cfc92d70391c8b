"""What every runtime does: one forward pass that yields the answer and what explains it."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


class Runtime(Protocol):
    """A loaded network; safe to share between threads."""

    head: Floats  # weights of the linear layer behind the pooling, (K, C)

    def __call__(self, images: Floats) -> tuple[Floats, Floats]:
        """Logits, float32 (N, K), and feature maps, float32 (N, C, h, w), of images, float32 (N, 3, S, S)."""
        ...
