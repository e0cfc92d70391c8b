"""What a finding says against itself: maps that fail, answers that flip, photos that could be better."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from ml.cards import ModelCard
from ml.gradcam import as_picture
from ml.preprocess import Floats
from ml.quality import Quality
from ml.runtime.base import Pass, Runtime
from ml.secondlook import Choice, SecondLook, look_again

AHEAD = 0.3  # first minus second probability; beyond, of 60 and 25 val photos 7 % (human_skin) and none (dog_eye) flip


@dataclass(frozen=True)
class Doubts:
    """The outcome of the checks of one finding."""

    shown: tuple[bool, ...]  # whether each photo's map may be shown
    hints: tuple[str, ...]
    faithful: bool = True  # at least one map held, or none was tested
    steady: bool = True


@dataclass(frozen=True)
class Seen:
    """What the network saw in the photos of one finding, and which label it put first."""

    inputs: Floats  # (N, 3, S, S)
    passed: Pass
    heatmaps: Sequence[Floats]  # N maps for the first label
    label: int
    ahead: float  # first minus second probability


def doubts(
    card: ModelCard, runtime: Runtime, seen: Seen, choose: Choice, qualities: Sequence[Quality], reason: str
) -> Doubts:
    """Look again at the photos of one finding, where its card has limits for it and it may name a disease.

    An answer far ahead of the next need not be shaken. ``reason`` is why the model does not judge, or "".
    """
    said = [hint for quality in qualities for hint in quality.hints]
    if reason not in ("", "uncertain"):
        return Doubts((False,) * len(seen.heatmaps), _once(said))  # what was not judged has no evidence
    if not card.checks:
        return Doubts((True,) * len(seen.heatmaps), _once(said))
    shaken = reason == "" and seen.ahead < AHEAD
    looks = _looks(card, runtime, seen, choose, changes=shaken)
    shown = tuple(look.faithful for look in looks)
    steady = float(np.mean([look.flips for look in looks])) <= card.checks["flips"]
    if all(off_centre(heatmap) > card.checks["off_centre"] for heatmap in seen.heatmaps):
        said.append("not_in_frame")
    return Doubts(shown, _once([*said, *([] if steady else ["unsteady"])]), any(shown), steady)


def off_centre(heatmap: Floats) -> float:
    """How far the middle of the evidence of a map, (h, w) in [0, 1], lies from the photo's, in sides, 0 to 0.5."""
    level = np.asarray(as_picture(heatmap), np.float32)
    if not level.any():
        return 0.0
    place = (np.arange(len(level)) + 0.5) / len(level) - 0.5
    down, across = level.sum(1) @ place, level.sum(0) @ place
    return float(max(abs(down), abs(across)) / level.sum())


def picture_of(heatmap: Floats, shown: bool) -> Image.Image | None:
    """A map, (h, w) in [0, 1], as a picture; None where it must not be shown or nothing speaks for the label."""
    return as_picture(heatmap) if shown and heatmap.max() > 0 else None


def _looks(card: ModelCard, runtime: Runtime, seen: Seen, choose: Choice, *, changes: bool) -> list[SecondLook]:
    mean, std = np.asarray(card.mean, np.float32), np.asarray(card.std, np.float32)
    return look_again(
        runtime, seen.inputs, seen.passed.middle, seen.heatmaps, seen.label, choose(seen.passed.logits), choose,
        mean=mean, std=std, changes=changes,
    )  # fmt: skip


def _once(codes: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(codes))
