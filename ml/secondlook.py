"""A second look at the same photos, in one extra pass: does the heat map hold, does a small change flip the answer?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ml.preprocess import Floats

Logits = Callable[[Floats], Floats]  # images, float32 (N, 3, S, S), to logits, float32 (N, K)
Choice = Callable[[Floats], NDArray[np.intp]]  # logits, (N, K), to the first candidate, (N,)

BLANKED = 0.5  # of the photo. human_skin, val: halves pass 79 % of maps and 49 % turned ones; fifths 57 and 46
KEPT = 0.92  # side of a crop, of the photo's
LIGHTS = (1.15, 0.87)  # a window nearer, a cloud
_TIES = np.random.default_rng(0).random((16, 16)).astype(np.float32) * 1e-3  # where a map is flat, some places of many


@dataclass(frozen=True)
class SecondLook:
    """What the extra pass showed of one photo."""

    gap: float  # how much more the answer's logit falls when the brighter half of the map is blanked than the darker
    flips: float  # share of the small changes that gave another answer

    @property
    def faithful(self) -> bool:
        """The answer rests more on what the map shows than on what it does not."""
        return self.gap > 0


def look_again(
    forward: Logits,
    images: Floats,
    heatmaps: Sequence[Floats],
    label: int,
    answers: NDArray[np.intp],
    choose: Choice,
    *,
    mean: Floats,
    std: Floats,
    changes: bool = True,
) -> list[SecondLook]:
    """Put an answer and the maps of its photos to the test.

    Args:
        images: As the network saw them, normalised, (N, 3, S, S).
        heatmaps: For ``label``, (h, w) each, in [0, 1].
        answers: What each photo alone said, (N,).
        mean, std: What the images were normalised with, one per channel.
        changes: Whether to try small changes too; without, nothing flips.
    """
    tests = [
        [blanked(image, heatmap), blanked(image, 1 - heatmap), *(small_changes(image, mean, std) if changes else [])]
        for image, heatmap in zip(images, heatmaps, strict=True)
    ]
    seen = forward(np.concatenate(tests)).reshape(len(images), len(tests[0]), -1)
    return [_compare(tested, label, int(answer), choose) for tested, answer in zip(seen, answers, strict=True)]


def _compare(tested: Floats, label: int, answer: int, choose: Choice) -> SecondLook:
    without_bright, without_dark = standing(tested[:2], label)
    flips = float((choose(tested[2:]) != answer).mean()) if len(tested) > 2 else 0.0
    return SecondLook(float(without_dark - without_bright), flips)


def standing(logits: Floats, label: int) -> Floats:
    """How far a label's logit stands above the mean of all, (N,), of logits (N, K)."""
    above: Floats = logits[:, label] - logits.mean(1)
    return above


def blanked(image: Floats, heatmap: Floats, share: float = BLANKED) -> Floats:
    """The image with the ``share`` of its places that are brightest in the map painted in the mean of the rest."""
    hidden = brightest(heatmap, image.shape[1], share)
    rest = (~hidden).ravel().astype(np.float32)
    colour = image.reshape(len(image), -1) @ rest / rest.sum()  # (3,)
    return np.where(hidden, colour[:, None, None], image)


def brightest(heatmap: Floats, side: int, share: float) -> NDArray[np.bool_]:
    """Which places of a picture, bool (side, side), are the brightest ``share`` of a map, (h, w)."""
    level = _stretched(heatmap, side, Image.Resampling.BICUBIC) + _stretched(_TIES, side, Image.Resampling.NEAREST)
    count = round(share * side * side)
    chosen = np.zeros(side * side, dtype=bool)
    if count:
        chosen[np.argpartition(level.ravel(), -count)[-count:]] = True
    return chosen.reshape(side, side)


def small_changes(image: Floats, mean: Floats, std: Floats) -> list[Floats]:
    """The image in other light and cut a little closer, once from each of two corners; each (3, S, S)."""
    side = image.shape[1]
    kept = round(side * KEPT)
    middle, spread = mean[:, None, None], std[:, None, None]
    views = []
    for light, corner in zip(LIGHTS, (0, side - kept), strict=True):
        part = image[:, corner : corner + kept, corner : corner + kept]
        whole = np.stack([_stretched(channel, side, Image.Resampling.BILINEAR) for channel in part])
        views.append(((whole * spread + middle) * np.float32(light)).clip(0, 1))
    return [(view - middle) / spread for view in views]


def _stretched(grid: Floats, side: int, how: Image.Resampling) -> Floats:
    return np.asarray(Image.fromarray(np.ascontiguousarray(grid, np.float32)).resize((side, side), how))
