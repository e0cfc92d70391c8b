"""What a network says of a photo seen more than once: as it is, and in the mirror where the card asks for it."""

from __future__ import annotations

import numpy as np

from ml.runtime.base import Floats, Pass, Runtime


def see(runtime: Runtime, inputs: Floats, views: tuple[str, ...]) -> Pass:
    """One pass over N photos: logits averaged over the views, the rest of the photos as they are.

    Args:
        inputs: Normalised, float32 (N, 3, S, S). views: "whole", and "mirrored" for the left-right mirror as well.
    """
    if "mirrored" not in views:
        return runtime(inputs)
    seen = runtime(np.concatenate([inputs, inputs[..., ::-1]]))
    count = len(inputs)
    logits = (seen.logits[:count] + seen.logits[count:]) * np.float32(0.5)
    return Pass(logits, *(part[:count] for part in seen[1:]))
