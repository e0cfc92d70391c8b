"""Grad-CAM from the pass that answers: for pooling and one linear layer it needs no gradient."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

HEATMAP_SIDE = 112  # pixels of the stored map; the page scales it over the photo

Floats = NDArray[np.float32]


def grad_cam(maps: Floats, weights: Floats, label: int) -> Floats:
    """Where in the picture the evidence for one label lies.

    The gradient of a logit behind global average pooling and one linear layer is that layer's weight row, the same
    at every place, so Grad-CAM (Selvaraju 2017, arXiv 1610.02391) is the row times the maps, up to a positive factor.

    Args:
        maps: Feature maps before pooling, float32 (C, h, w).
        weights: The linear layer's weights, float32 (K, C).
        label: Index into the logits.

    Returns:
        float32 (h, w) in [0, 1], relative to its own peak: it compares places in one photo, never photos; zero
        everywhere when nothing speaks for the label.

    Raises:
        IndexError: ``label`` is not a row of ``weights``.
    """
    evidence = np.tensordot(weights[label], maps, axes=1).clip(min=0)  # (h, w)
    peak = evidence.max()
    return evidence / peak if peak > 0 else evidence


def as_picture(heatmap: Floats) -> Image.Image:
    """A heat map, float32 (h, w) in [0, 1], as a small 8-bit grey picture to be stretched over the whole photo."""
    grid = Image.fromarray(np.asarray(heatmap, np.float32))
    smooth = np.asarray(grid.resize((HEATMAP_SIDE, HEATMAP_SIDE), Image.Resampling.BICUBIC))
    return Image.fromarray((smooth.clip(0, 1) * 255).round().astype(np.uint8))
