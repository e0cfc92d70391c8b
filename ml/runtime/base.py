"""What every runtime does: one forward pass that yields the answer and what explains it."""

from __future__ import annotations

from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


class Pass(NamedTuple):
    """What one forward pass yields for N images."""

    logits: Floats  # (N, K)
    maps: Floats  # the last feature maps, (N, C, h, w)
    statistics: Floats  # of the later stages, (N, D): ml.network.LesionNet.back
    middle: Floats  # the maps half way, (N, C', h', w')


class Runtime(Protocol):
    """A loaded network; safe to share between threads."""

    head: Floats  # weights from the means of the maps to the logits, (K, C)

    def __call__(self, images: Floats) -> Pass:
        """One pass over normalised images, float32 (N, 3, S, S)."""
        ...

    def again(self, middle: Floats) -> Floats:
        """Logits, (N, K), of maps half way, (N, C', h', w'), that were altered: only the second half is computed."""
        ...
