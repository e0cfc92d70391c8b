"""Is the heat map the reason for the answer? Insertion, deletion and pointing figures of a model."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from ml.calibration import calibrated
from ml.cards import ModelCard
from ml.gradcam import grad_cam
from ml.preprocess import normalise, square
from ml.runtime.base import Floats, Runtime
from ml.secondlook import brightest
from ml.training.metrics import interval

STEPS = (0.0, 0.05, 0.1, 0.2, 0.3, 0.45, 0.6, 0.8, 1.0)  # shares of the photo, brightest of the map first
BLUR = 0.08  # radius, of the side: colours stay, no lesion does
Curve = NDArray[np.float64]


def curves(card: ModelCard, runtime: Runtime, picture: Image.Image) -> tuple[Curve, Curve]:
    """The answer's probability as its map is taken away, and as it is given back; each (len(STEPS),).

    Follows RISE (Petsiuk 2018, arXiv 1806.07421), with a blurred photo for what is absent in both directions.
    """
    sharp, blurred = _inputs(card, picture)
    logits, maps, *_ = runtime(sharp[None])
    label = int(logits[0].argmax())
    heatmap = grad_cam(maps[0], runtime.head, label)
    hidden = np.stack([brightest(heatmap, card.image_size, step) for step in STEPS])[:, None]  # (n, 1, S, S)
    removed, given = np.where(hidden, blurred, sharp), np.where(hidden, sharp, blurred)
    seen = runtime(np.concatenate([removed, given]).astype(np.float32)).logits
    probability = calibrated(seen, card.kind, card.temperature)[:, label].astype(np.float64)
    return probability[: len(STEPS)], probability[len(STEPS) :]


def area(curve: Curve) -> float:
    """Area under a curve over ``STEPS``, in [0, 1]."""
    return float(np.trapezoid(curve, STEPS))


def insertion_and_deletion(
    card: ModelCard, runtime: Runtime, pictures: Iterable[Image.Image]
) -> tuple[dict[str, dict[str, float]], Curve]:
    """``insertion`` (better near 1) and ``deletion`` (better near 0), means over photos with 95 % intervals.

    Also gives the mean curves that they are the areas under, (2, len(STEPS)): given back, taken away.
    """
    found = np.array([curves(card, runtime, picture)[::-1] for picture in pictures])  # (n, 2, len(STEPS))
    areas = np.array([[area(curve) for curve in pair] for pair in found])
    figures = {name: _mean(areas[:, column]) for column, name in enumerate(("insertion", "deletion"))}
    return figures, found.mean(0)


def pointing(
    card: ModelCard, runtime: Runtime, pairs: Iterable[tuple[Image.Image, Image.Image]]
) -> dict[str, dict[str, float]]:
    """``pointing``: share of maps whose peak lies on the outlined lesion; ``inside``: share of the map that does.

    Args:
        pairs: Photo and mask, 8-bit grey, white on the lesion. A pair without evidence counts as missed.
    """
    found = np.array([_on_lesion(card, runtime, picture, mask) for picture, mask in pairs])
    return {name: _mean(found[:, column]) for column, name in enumerate(("pointing", "inside", "lesion_share"))}


def _on_lesion(card: ModelCard, runtime: Runtime, picture: Image.Image, mask: Image.Image) -> Sequence[float]:
    sharp, _blurred = _inputs(card, picture)
    logits, maps, *_ = runtime(sharp[None])
    heatmap = grad_cam(maps[0], runtime.head, int(logits[0].argmax()))
    lesion = np.asarray(mask.convert("L").resize((card.image_size,) * 2, Image.Resampling.BOX)) >= 128
    if not heatmap.any():
        return 0.0, 0.0, float(lesion.mean())
    size = (card.image_size, card.image_size)
    fine = np.asarray(Image.fromarray(heatmap).resize(size, Image.Resampling.BICUBIC)).clip(min=0)
    peak = np.unravel_index(fine.argmax(), fine.shape)
    return float(lesion[peak]), float(fine[lesion].sum() / fine.sum()), float(lesion.mean())


def _inputs(card: ModelCard, picture: Image.Image) -> tuple[Floats, Floats]:
    """The photo and its blurred self as the network sees them, each (3, S, S)."""
    pixels = square(picture, card.image_size)
    soft = Image.fromarray(pixels.transpose(1, 2, 0)).filter(ImageFilter.GaussianBlur(BLUR * card.image_size))
    blurred = np.asarray(soft).transpose(2, 0, 1)
    return normalise(pixels, card.mean, card.std), normalise(blurred, card.mean, card.std)


def _mean(values: NDArray[Any]) -> dict[str, float]:
    one_column = values[:, None]
    return interval(lambda p, _t: float(p.mean()), one_column, np.zeros_like(one_column))
