"""A mole on skin, made from noise: what the human-skin model takes for the real thing, and nobody's photo."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.ndimage import gaussian_filter

SKIN, BROWN = np.array([222.0, 170.0, 148.0]), np.array([74.0, 44.0, 36.0])


def drawn_mole(side: int = 900, seed: int = 2) -> Image.Image:
    """RGB, ``side`` × ``side`` pixels; another ``seed``, another mole."""
    grain = np.random.default_rng(seed)
    y, x = np.mgrid[0:side, 0:side] / side - 0.5

    def noise(blur: float, strength: float) -> NDArray[np.float64]:
        """Noise of standard deviation about ``strength`` / 3.5, as coarse as ``blur`` pixels of 900."""
        size = blur * side / 900
        return np.asarray(gaussian_filter(grain.normal(size=(side, side)), size) * size * strength)

    pores = noise(1.2, 3) + noise(4, 6) + noise(14, 9) + noise(50, 14)
    distance = np.hypot(x * 1.05, y * 0.92) / 0.18 + noise(60, 0.018)
    inside = 1 / (1 + np.exp((distance - 1) * 14))
    core = 1 / (1 + np.exp((distance - 0.55 + noise(40, 0.02)) * 9))
    pigment = np.clip(inside * (0.6 + 0.25 * core + noise(5, 0.1) + noise(2.5, 0.08)), 0, 0.95)[..., None]
    picture = (SKIN + pores[..., None]) * (1 - pigment) + BROWN * pigment
    lens = 1 - 0.35 * np.clip(np.hypot(x, y) - 0.3, 0, 1)[..., None]
    return Image.fromarray(np.clip(picture * lens, 0, 255).astype(np.uint8))
