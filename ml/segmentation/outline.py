"""A lesion's outline and what can be read off it: the workshop's second answer to a photo of skin."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ml.cards import ModelCard
from ml.preprocess import Floats, to_input
from ml.releases import REGISTRY, model_card
from ml.runtime.choose import exported
from ml.runtime.cpu import one_by_one, outputs, session_of
from ml.segmentation.experiment import TASK

EXPORTED = "model.onnx"
DRAWN_SIDE = 320  # pixels of the longer side at which the outline is traced: finer than the network sees
INSIDE = 0.5  # a pixel belongs to the lesion from this likelihood on

Mask = NDArray[np.uint8]  # (H, W), 0 or 1


@dataclass(frozen=True)
class Outline:
    """Where a lesion ends, and the signs that go by the letters A, B, C and D; none of them is a diagnosis."""

    contour: tuple[tuple[float, float], ...]  # at most 100 points; x and y from 0 to 1 of the photo's width and height
    area_share: float  # of the photo, in (0, 1)
    asymmetry: float  # share that finds no partner when folded over the principal axes, in [0, 1]
    border_irregularity: float  # 0 for a border without notches, in [0, 1]
    colours: int  # of the dermatoscope's six, 0 to 6


class Outliner:
    """The released outline network, loaded and ready; safe to share between threads."""

    def __init__(self, card: ModelCard, model: bytes) -> None:
        self.card, self._session = card, session_of(model)

    @classmethod
    def load(cls, version: str | None = None, *, registry: Path = REGISTRY) -> Outliner:
        """Load a release, the newest by default.

        Raises:
            UnknownTask: no outline network is released.
            CorruptModel: the card or the exported network are not what they should be.
        """
        card = model_card(TASK, version, registry)
        return cls(card, *exported(card, registry / card.task / card.version, (EXPORTED,)))

    def likelihood(self, picture: Image.Image) -> Floats:
        """How likely each place belongs to the lesion, float32 (S, S) in [0, 1], stretched over the whole photo.

        The mean over the photo and its mirror image: 0.5 points of IoU for twice eight milliseconds.
        """
        card = self.card
        image = to_input(picture, size=card.image_size, mean=card.mean, std=card.std)
        (logits,) = one_by_one(partial(outputs, self._session), np.stack([image, image[:, :, ::-1]]))
        likely = 1 / (1 + np.exp(-logits[:, 0]))
        return np.asarray((likely[0] + likely[1][:, ::-1]) / 2, dtype=np.float32)

    def outline(self, picture: Image.Image) -> Outline | None:
        """The outline of an upright RGB picture; None where there is none to be trusted."""
        return self.read(picture, self.likelihood(picture))

    def read(self, picture: Image.Image, likely: Floats) -> Outline | None:
        """The same, of a picture and what ``likelihood`` said of it, float32 (S, S)."""
        from ml.segmentation.tracing import mask_of, traced  # here: OpenCV's 16 MB only where lines are drawn

        scale = DRAWN_SIDE / max(picture.size)
        size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
        part = mask_of(likely, size)
        return traced(picture.resize(size), part) if self._plausible(likely, part) else None

    def _plausible(self, likely: Floats, part: Mask) -> bool:
        """Neither a speck nor the whole photo, and likely throughout: the limits stand in the card."""
        limits = self.card.abstain
        share = float(part.mean())
        if not limits["smallest_share"] <= share <= limits["largest_share"]:
            return False
        return sureness(likely) >= limits["below"]


def outline(picture: Image.Image, *, registry: Path = REGISTRY) -> Outline | None:
    """The lesion's outline in an upright RGB picture, or None: no outline found.

    Raises:
        UnknownTask: no outline network is released. CorruptModel: the release is not what its card says.
    """
    return outliner(registry).outline(picture)


def sureness(likely: Floats) -> float:
    """Mean likelihood of the pixels of (S, S) that count as lesion, in [0.5, 1]; 0 when there are none."""
    inside = likely[likely >= INSIDE]
    return float(inside.mean()) if inside.size else 0.0


@lru_cache(maxsize=4)
def outliner(registry: Path = REGISTRY) -> Outliner:
    """The newest released outline network, loaded on its first use.

    Raises:
        UnknownTask: no outline network is released. CorruptModel: the release is not what its card says.
    """
    return Outliner.load(registry=registry)
