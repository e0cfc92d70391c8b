"""Random views of a training photo: what a phone, a light and a hand could have done to the same lesion."""

from __future__ import annotations

import math
import random

import numpy as np
import torch
from torch import Tensor
from torchvision.transforms import InterpolationMode
from torchvision.transforms.v2 import functional as F

from ml.preprocess import Pixels
from ml.secondlook import blanked
from ml.training.experiment import Experiment

CROPPED, RELIT = 0.5, 0.3  # least part kept, and how far light may change, where a photo was taken in haste
SOFT, RADIUS = 0.5, (0.5, 2.0)  # share that is blurred, and by how many pixels


def random_view(pixels: Tensor, experiment: Experiment) -> Tensor:
    """One varied view, uint8 (3, S, S), of a square, uint8 (3, s, s) with s ≥ S."""
    if experiment.rotate and random.random() < 0.5:
        pixels = _tilt(pixels)
    pixels = _crop(pixels, experiment.image_size, experiment.min_scale)
    if random.random() < 0.5:
        pixels = pixels.flip(2)
    if experiment.rotate:
        pixels = pixels.rot90(random.randrange(4), (1, 2))
    pixels = relight(pixels, experiment.colour)
    if experiment.erase and random.random() < experiment.erase:  # at 0 no draw: runs made before erasing repeat exactly
        pixels = _erased(pixels)
    return pixels


def in_haste(pixels: Pixels) -> Pixels:
    """A square photo, uint8 (3, S, S), as a hasty hand takes it: cut, in other light, often soft.

    Learnt from as well, such photos nearly halve the strangers that ``ml.intake`` lets in when they are blurred
    (dog_skin: 24 for 44 %).
    """
    how = Experiment("", (), rotate=False, image_size=pixels.shape[1], min_scale=CROPPED, colour=RELIT)
    view = random_view(torch.from_numpy(pixels), how)
    if random.random() < SOFT:
        view = F.gaussian_blur(view, [9, 9], [random.uniform(*RADIUS)])
    return np.asarray(view)


def _tilt(pixels: Tensor) -> Tensor:
    """A small rotation whose corners are mirrored, never black: black corners would mark rotated copies."""
    side = pixels.shape[1]
    border = side // 5
    wide = F.pad(pixels, [border] * 4, padding_mode="reflect")
    turned = F.rotate(wide, random.uniform(-30, 30), InterpolationMode.BILINEAR)
    centre: Tensor = F.center_crop(turned, [side, side])
    return centre


def _crop(pixels: Tensor, size: int, min_scale: float) -> Tensor:
    """A random part of the photo, between ``min_scale`` and all of it, of varied aspect, brought to ``size``."""
    side = pixels.shape[1]
    area = side * side * random.uniform(min_scale, 1)
    ratio = math.exp(random.uniform(math.log(3 / 4), math.log(4 / 3)))
    height = min(side, round(math.sqrt(area * ratio)))
    width = min(side, round(math.sqrt(area / ratio)))
    top, left = random.randint(0, side - height), random.randint(0, side - width)
    box = (top, left, height, width)
    part: Tensor = F.resized_crop(pixels, *box, [size, size], InterpolationMode.BILINEAR, antialias=True)
    return part


def _erased(pixels: Tensor) -> Tensor:
    """The view with up to half of it blanked in a few soft shapes: random erasing (Zhong 2017, arXiv 1708.04896)."""
    shapes = torch.rand(4, 4).numpy()
    blank = blanked(pixels.to(torch.float32).numpy(), shapes, random.uniform(0.1, 0.5))
    return torch.from_numpy(blank).to(torch.uint8)


def relight(pixels: Tensor, amount: float) -> Tensor:
    """Vary light, contrast, saturation and white balance of uint8 (3, S, S), each by up to ``amount`` of itself."""
    image = pixels.to(torch.float32)
    grey = image.mean(0, keepdim=True)
    image = grey + (image - grey) * random.uniform(1 - amount, 1 + amount)
    level = grey.mean()
    image = level + (image - level) * random.uniform(1 - amount, 1 + amount)
    balance = torch.tensor([random.uniform(1 - amount / 4, 1 + amount / 4) for _ in range(3)])
    image = image * balance[:, None, None] * random.uniform(1 - amount, 1 + amount)
    return image.clamp_(0, 255).to(torch.uint8)
