"""What a network says of a photo seen more than once: as it is, and in the mirror where the card asks for it."""

from __future__ import annotations

import numpy as np

from ml.runtime.base import Floats, Runtime


def see(runtime: Runtime, inputs: Floats, views: tuple[str, ...]) -> tuple[Floats, Floats]:
    """Logits, float32 (N, K), averaged over the views, and feature maps (N, C, h, w) of the photos as they are.

    Args:
        inputs: Normalised, float32 (N, 3, S, S). views: "whole", and "mirrored" for the left-right mirror as well.
    """
    if "mirrored" not in views:
        return runtime(inputs)
    logits, maps = runtime(np.concatenate([inputs, inputs[..., ::-1]]))
    count = len(inputs)
    return (logits[:count] + logits[count:]) * np.float32(0.5), maps[:count]
