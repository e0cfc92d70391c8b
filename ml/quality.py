"""Is there anything to judge in this photo? Blank, noise, dark, glaring and blurred photos are named as such."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
from PIL import Image

SIDE = 256  # pixels; figures are taken at one size so that they compare
BLANK_CONTRAST = 4.0  # grey levels; skin without any mark still shows more
NOISE_SHARPNESS = 0.9  # neighbouring pixels of a photo agree; of noise they do not
DARK, GLARE = 30.0, 238.0  # mean grey level
BLURRED_SHARPNESS = 0.004


@dataclass(frozen=True)
class Quality:
    """Figures of one photo and the word for what is wrong with it."""

    brightness: float  # mean grey level, 0–255
    contrast: float  # standard deviation of grey levels
    sharpness: float  # share of the contrast between neighbours, about 0 (blurred) to 2 (noise)
    problem: str  # "" | "blank" | "dark" | "glare" | "blurred"

    @property
    def judgeable(self) -> bool:
        """False where a disease must not be named whatever the network says."""
        return self.problem not in ("blank", "dark", "glare")

    def figures(self) -> dict[str, float | str]:
        """For the JSON line and the record, rounded."""
        return {name: round(v, 4) if isinstance(v, float) else v for name, v in asdict(self).items()}


def assess(picture: Image.Image) -> Quality:
    """Measure an RGB picture of any size."""
    grey = np.asarray(picture.convert("L").resize((SIDE, SIDE), Image.Resampling.BILINEAR), dtype=np.float32)
    contrast = float(grey.std())
    steps = (np.diff(grey, axis=0)[:, :-1] ** 2 + np.diff(grey, axis=1)[:-1] ** 2) / 2
    sharpness = float(steps.mean() / max(contrast**2, 1e-6))
    brightness = float(grey.mean())
    return Quality(brightness, contrast, sharpness, _problem(brightness, contrast, sharpness))


def _problem(brightness: float, contrast: float, sharpness: float) -> str:
    if contrast < BLANK_CONTRAST or sharpness > NOISE_SHARPNESS:
        return "blank"
    if brightness < DARK:
        return "dark"
    if brightness > GLARE:
        return "glare"
    return "blurred" if sharpness < BLURRED_SHARPNESS else ""
