"""Random views of a photo and its outline: turned, cropped, relit, with hairs and the dark frame of a dermatoscope."""

from __future__ import annotations

import math
import random

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image, ImageDraw
from torch import Tensor

from ml.segmentation.experiment import OutlineExperiment
from ml.training.augment import relight


def random_pair(photo: Tensor, mask: Tensor, experiment: OutlineExperiment) -> tuple[Tensor, Tensor]:
    """One varied view: uint8 (3, S, S) and float32 (1, S, S) in {0, 1}, of uint8 (3, s, s) and (1, s, s)."""
    grid = _placement(experiment.image_size, experiment.min_scale)
    both = torch.cat([photo, mask]).float()[None]
    turned = F.grid_sample(both, grid, padding_mode="reflection", align_corners=False)[0]
    pixels = relight(turned[:3].clamp(0, 255).to(torch.uint8), experiment.colour)
    if random.random() < experiment.hair:
        pixels = with_hairs(pixels)
    if random.random() < experiment.border:
        pixels = with_dark_border(pixels)
    return pixels, (turned[3:] > 127).float()


def _placement(size: int, min_scale: float) -> Tensor:
    """Where a view lies on the photo, any angle, mirrored or not: sampling places, float32 (1, S, S, 2)."""
    side = math.sqrt(random.uniform(min_scale, 1.1))
    aspect = math.exp(random.uniform(-0.2, 0.2))
    width, height = side * aspect * random.choice((-1, 1)), side / aspect
    angle = random.choice((0, 90, 180, 270)) + random.gauss(0, 12)
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    room = max(0.0, 1 - side)
    shift = [random.uniform(-room, room) for _ in range(2)]
    matrix = torch.tensor([[[width * cos, -height * sin, shift[0]], [width * sin, height * cos, shift[1]]]])
    return F.affine_grid(matrix, [1, 4, size, size], align_corners=False)


def with_hairs(pixels: Tensor) -> Tensor:
    """The photo, uint8 (3, S, S), under up to twenty dark curved lines; the outline stays what it was."""
    side = pixels.shape[1]
    picture = Image.fromarray(pixels.permute(1, 2, 0).numpy())
    draw = ImageDraw.Draw(picture)
    shade = random.randrange(10, 90)
    for _ in range(random.randrange(3, 20)):
        colour = (shade + random.randrange(20), shade, max(0, shade - 10))
        draw.arc(*_strand(side), colour, random.choice((1, 1, 2)))
    return torch.from_numpy(np.array(picture)).permute(2, 0, 1)


def _strand(side: int) -> tuple[tuple[float, float, float, float], float, float]:
    """A piece of a large circle through a random place of the photo: its box, start and end in degrees."""
    x, y = random.uniform(0, side), random.uniform(0, side)
    radius, at, half = random.uniform(0.3, 2) * side, random.uniform(0, 360), random.uniform(5, 30)
    left = x - radius * math.cos(math.radians(at)) - radius
    top = y - radius * math.sin(math.radians(at)) - radius
    return (left, top, left + 2 * radius, top + 2 * radius), at - half, at + half


def with_dark_border(pixels: Tensor) -> Tensor:
    """The photo, uint8 (3, S, S), seen through a round opening: its corners fade into black."""
    side = pixels.shape[1]
    places = torch.linspace(-1, 1, side)
    centre_y, centre_x = random.uniform(-0.15, 0.15), random.uniform(-0.15, 0.15)
    radius = torch.hypot(places[:, None] - centre_y, places[None] - centre_x)
    opening = torch.sigmoid((random.uniform(0.95, 1.3) - radius) * random.uniform(8, 60))
    return (pixels * opening).to(torch.uint8)
