"""How many of the dermatoscope's six colours a lesion shows: the C of the ABCD rule as a count."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

# The rule's palette (Nachbar 1994, doi 10.1016/S0190-9622(94)70061-3), each as one typical sRGB value of ours.
PALETTE = {
    "white": (245, 240, 235),
    "red": (190, 60, 60),
    "light_brown": (170, 115, 75),
    "dark_brown": (85, 50, 35),
    "blue_grey": (95, 110, 130),
    "black": (25, 20, 20),
}
LEAST_SHARE = 0.05  # of the lesion; less is a hair, a highlight or noise


def colours_within(pixels: NDArray[np.uint8], part: NDArray[np.uint8]) -> tuple[str, ...]:
    """The palette's colours that cover at least ``LEAST_SHARE`` of the lesion.

    Args:
        pixels: sRGB, uint8 (H, W, 3). part: uint8 (H, W), 1 within the lesion.

    Each pixel counts for the colour that it is nearest to in CIELAB, where equal distances look equal.
    """
    lesion = pixels[part > 0]  # (N, 3)
    if not len(lesion):
        return ()
    away = np.linalg.norm(_lab(lesion)[:, None] - _lab(np.array(list(PALETTE.values()), np.uint8))[None], axis=2)
    shares = np.bincount(away.argmin(1), minlength=len(PALETTE)) / len(lesion)
    return tuple(name for name, share in zip(PALETTE, shares, strict=True) if share >= LEAST_SHARE)


def _lab(rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
    """CIELAB, float32 (N, 3), of sRGB, uint8 (N, 3)."""
    lab = cv2.cvtColor(rgb[None].astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    return np.asarray(lab[0], dtype=np.float32)
