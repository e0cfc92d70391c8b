"""A second look at the same photos: does the heat map hold, does a small change flip the answer?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ml.preprocess import Floats
from ml.runtime.base import Runtime

Choice = Callable[[Floats], NDArray[np.intp]]  # logits, (N, K), to the first candidate, (N,)

KEPT = 0.92  # side of a crop, of the photo's
LIGHTS = (1.15, 0.87)  # a window nearer, a cloud
_TIES = np.random.default_rng(0).random((16, 16)).astype(np.float32) * 1e-3  # where a map is flat, some places of many


@dataclass(frozen=True)
class SecondLook:
    """What it showed of one photo."""

    gap: float  # how much more of the answer the brighter half of the map leaves standing than the darker one
    flips: float  # share of the small changes that gave another answer

    @property
    def faithful(self) -> bool:
        """The answer rests more on what the map shows than on what it does not."""
        return self.gap > 0


def look_again(
    runtime: Runtime,
    images: Floats,
    middle: Floats,
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

    A map holds when the answer needs what the network has half way found in the map's brighter half more than what it
    has found in the darker one. Half way, and not in the photo: for half the work. Of 85 to 200 val photos, how
    often does a map get a larger gap than the same map turned? Half way (and in the photo), in %: dog_skin 72 (64),
    human_skin 76 (66), dog_eye 71 (72), human_eye 66 (65), cat_skin 73 (77).

    Args:
        images: As the network saw them, normalised, (N, 3, S, S).
        middle: What it made of them half way, (N, C', h', w').
        heatmaps: For ``label``, (h, w) each, in [0, 1].
        answers: What each photo alone said, (N,).
        mean, std: What the images were normalised with, one per channel.
        changes: Whether to try small changes too; without, nothing flips.
    """
    halves = [half for maps, heatmap in zip(middle, heatmaps, strict=True) for half in halved(maps, heatmap)]
    left = standing(runtime.again(np.stack(halves)), label).reshape(-1, 2)
    flips = [0.0] * len(images)
    if changes:
        flips = _flips(runtime, np.concatenate([small_changes(image, mean, std) for image in images]), answers, choose)
    return [SecondLook(float(bright - dark), float(share)) for (bright, dark), share in zip(left, flips, strict=True)]


def _flips(runtime: Runtime, changed: Floats, answers: NDArray[np.intp], choose: Choice) -> list[float]:
    """For each of N photos, the share of its changed views, (N × views, 3, S, S), that get another answer."""
    said = choose(runtime(changed).logits).reshape(len(answers), -1)
    return list((said != answers[:, None]).mean(1))


def halved(maps: Floats, heatmap: Floats) -> tuple[Floats, Floats]:
    """Maps, (C, S, S), with only the brighter half of a heat map left, and with only the darker one."""
    bright = brightest(heatmap, maps.shape[1], 0.5)
    return _painted(maps, ~bright), _painted(maps, bright)


def standing(logits: Floats, label: int) -> Floats:
    """How far a label's logit stands above the mean of all, (N,), of logits (N, K)."""
    above: Floats = logits[:, label] - logits.mean(1)
    return above


def blanked(image: Floats, heatmap: Floats, share: float) -> Floats:
    """The image, (C, S, S), with the brightest ``share`` of a map, (h, w), painted in the mean of the rest."""
    return _painted(image, brightest(heatmap, image.shape[1], share))


def _painted(image: Floats, hidden: NDArray[np.bool_]) -> Floats:
    rest = (~hidden).ravel().astype(np.float32)
    colour = image.reshape(len(image), -1) @ rest / rest.sum()  # (C,)
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
