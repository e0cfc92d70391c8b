"""How a photo becomes the square that the outline network sees; training and serving share it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image


def squared(picture: Image.Image, size: int) -> NDArray[np.uint8]:
    """A whole picture squashed to a square, uint8 (size, size, 3): the outline must reach every corner of the photo."""
    small = picture.convert("RGB").resize((size, size), Image.Resampling.BICUBIC, reducing_gap=2.0)
    return np.asarray(small)


def normalised(pixels: NDArray[Any], mean: tuple[float, ...], std: tuple[float, ...]) -> NDArray[np.float32]:
    """uint8 (S, S, 3) to network input, float32 (1, 3, S, S)."""
    scaled = (pixels.astype(np.float32) / 255 - np.float32(mean)) / np.float32(std)
    return np.ascontiguousarray(scaled.transpose(2, 0, 1)[None])
