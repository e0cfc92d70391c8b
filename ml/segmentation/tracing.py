"""From how likely each place is to the lesion's line and its figures; what needs OpenCV."""

from __future__ import annotations

import cv2
import numpy as np
from PIL import Image

from ml.preprocess import Floats
from ml.segmentation.colours import colours_within
from ml.segmentation.outline import INSIDE, Outline
from ml.segmentation.shape import Mask, asymmetry, border_irregularity, contour, largest_part


def mask_of(likely: Floats, size: tuple[int, int]) -> Mask:
    """The most likely lesion, one connected part at most, of a likelihood, float32 (S, S); ``size``: width and height.

    Stretched before the cut, so that the edge is smoother than the network's pixels.
    """
    stretched = cv2.resize(likely, size, interpolation=cv2.INTER_LINEAR)
    return largest_part((stretched >= INSIDE).astype(np.uint8))


def traced(picture: Image.Image, part: Mask) -> Outline:
    """The outline of the lesion that ``part`` marks in a picture of the same size.

    Raises:
        ValueError: it marks none.
    """
    points = contour(part)
    height, width = part.shape
    return Outline(
        contour=tuple((round(float(x / width), 4), round(float(y / height), 4)) for x, y in points + 0.5),
        area_share=round(float(part.mean()), 4),
        asymmetry=round(asymmetry(part), 4),
        border_irregularity=round(border_irregularity(points), 4),
        colours=len(colours_within(np.asarray(picture.convert("RGB")), part)),
    )
