"""A picture that anybody can draw again, so that a release can be asked the question its card has the answer to."""

from __future__ import annotations

import numpy as np
from PIL import Image

SIDE = 256  # px


def sample_picture() -> Image.Image:
    """Rings of changing colour on a slope of brightness: RGB, 256 pixels square, the same on every machine."""
    y, x = np.mgrid[0:SIDE, 0:SIDE] / SIDE
    radius = np.hypot(x - 0.55, y - 0.45)
    waves = [0.5 + 0.35 * np.cos(radius * frequency) for frequency in (18.0, 25.0, 32.0)]
    pixels = np.stack([wave * (0.6 + 0.4 * x) for wave in waves], axis=2)
    return Image.fromarray((pixels * 255).round().astype(np.uint8))
