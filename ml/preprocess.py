"""From a picture to the array a network sees: the one function that training and serving share."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

PLENTY = 350  # px of the short side that is enough for a rough look
GAP = 2.0  # first reduced by whole numbers to twice the size: half the time, and photos stay within 3 grey levels

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]


def reduced(picture: Image.Image) -> Image.Image:
    """The picture at a half, a third ... of its size, for those that look at it only roughly.

    The quality check says the same of it: of 445 photos, enlarged to a phone's 1008 × 756 px, no quality and no hint
    changed, for a quarter of the time. A network gets the whole picture: human_skin would have named another disease in
    8 % of them.
    """
    factor = min(picture.size) // PLENTY
    return picture.reduce(factor) if factor > 1 else picture


def square(picture: Image.Image, size: int) -> Pixels:
    """Bring a whole picture to a square, uint8 RGB of shape (3, size, size).

    The picture is squashed, not cropped: a lesion at the edge must stay in sight, and the heat map then covers the
    whole photo. Training varies the aspect ratio so that the network does not mind.
    """
    coloured = picture if picture.mode == "RGB" else picture.convert("RGB")  # which would copy it
    squared = coloured.resize((size, size), Image.Resampling.BICUBIC, reducing_gap=GAP)
    return np.ascontiguousarray(np.asarray(squared).transpose(2, 0, 1))


def normalise(pixels: Pixels, mean: Sequence[float], std: Sequence[float]) -> Floats:
    """uint8 (..., 3, S, S) in [0, 255] to float32, scaled to [0, 1], minus ``mean``, over ``std`` (one per channel)."""
    middle, spread = (np.array(figures, np.float32)[:, None, None] for figures in (mean, std))
    return (pixels.astype(np.float32) / np.float32(255) - middle) / spread


def to_input(picture: Image.Image, *, size: int, mean: Sequence[float], std: Sequence[float]) -> Floats:
    """A picture as network input, float32 of shape (3, size, size)."""
    return normalise(square(picture, size), mean, std)
