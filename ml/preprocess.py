"""From a picture to the tensor a network sees: the one function that training and serving share."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from PIL import Image
from torch import Tensor
from torchvision.transforms import InterpolationMode
from torchvision.transforms.v2 import functional as F


def square(picture: Image.Image, size: int) -> Tensor:
    """Bring a whole picture to a square, uint8 RGB of shape (3, size, size).

    The picture is squashed, not cropped: a lesion at the edge must stay in sight, and the heat map then covers the
    whole photo. Training varies the aspect ratio so that the network does not mind.
    """
    pixels = F.pil_to_tensor(picture.convert("RGB"))  # (3, H, W), uint8
    squared: Tensor = F.resize(pixels, [size, size], InterpolationMode.BICUBIC, antialias=True)
    return squared


def normalise(pixels: Tensor, mean: Sequence[float], std: Sequence[float]) -> Tensor:
    """uint8 (..., 3, S, S) in [0, 255] to float32, scaled to [0, 1], minus ``mean``, over ``std`` (one per channel)."""
    normal: Tensor = F.normalize(pixels.to(torch.float32).div_(255), list(mean), list(std))
    return normal


def to_input(picture: Image.Image, *, size: int, mean: Sequence[float], std: Sequence[float]) -> Tensor:
    """A picture as network input, float32 of shape (3, size, size)."""
    return normalise(square(picture, size), mean, std)
