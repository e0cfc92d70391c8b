"""Is there anything to judge in this photo, and how could the next one be better? Figures, a refusal, and hints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

SIDE, GRID = 256, 32  # pixels; figures are taken at one size so that they compare
# Limits are set outside what 1,200 real photos of six packs show (in brackets), so that drawn emptiness falls beyond.
BLANK_CONTRAST = 4.0  # grey levels; skin without any mark still shows more (least 4.3)
NOISE_SHARPNESS = 0.9  # neighbouring pixels of a photo agree; of noise they do not (most 0.53)
SLOPE_STRUCTURE, PATTERN_STRUCTURE = 0.03, 0.9  # below, a mere slope of light; above, noise or stripes (0.034 – 0.77)
RANDOM_CHROMA, RANDOM_CONTRAST = 1.4, 25.0  # colours that have nothing to do with one another
DARK, GLARE = 10.0, 238.0  # mean grey level at which nothing can be judged; dog eyes in the dark reach down to 13
DIM = 30.0  # mean grey level from which more light would help
BURNT, BURNT_SHARE = 250, 0.2  # grey level of a reflection, and the share of the photo from which it is in the way
BLURRED_SHARPNESS = 0.004
TINY_SHARE, STANDS_OUT = 0.012, 20.0  # of the photo, and grey levels: a spot so small should be photographed closer

Grey = NDArray[np.float32]


@dataclass(frozen=True)
class Quality:
    """Figures of one photo, and the word for what is wrong with it."""

    brightness: float  # mean grey level, 0–255
    contrast: float  # standard deviation of grey levels
    sharpness: float  # share of the contrast between neighbouring pixels, about 0 (blurred) to 2 (noise)
    structure: float  # the same between the cells of a coarse grid: about 0 of a slope of light, 2 of noise
    problem: str  # "" | "blank" | "dark" | "glare" | "blurred"
    hints: tuple[str, ...] = ()  # what to do better next time: "dark", "glare", "blurred", "too_small"

    @property
    def judgeable(self) -> bool:
        """False where a disease must not be named whatever the network says."""
        return self.problem not in ("blank", "dark", "glare")

    def figures(self) -> dict[str, float | str]:
        """For the JSON line and the record, rounded; hints are said of the whole finding."""
        numbers = {name: v for name, v in asdict(self).items() if name != "hints"}
        return {name: round(v, 4) if isinstance(v, float) else v for name, v in numbers.items()}


def assess(picture: Image.Image) -> Quality:
    """Measure an RGB picture of any size."""
    small = picture.convert("RGB").resize((SIDE, SIDE), Image.Resampling.BILINEAR, reducing_gap=2.0)
    grey = np.asarray(small.convert("L"), dtype=np.float32)
    coarse = np.asarray(small.reduce(SIDE // GRID), dtype=np.float32)  # (GRID, GRID, 3)
    brightness, contrast, sharpness = float(grey.mean()), float(grey.std()), _steps(grey)
    structure = _steps(coarse @ np.array([0.299, 0.587, 0.114], np.float32))
    empty = _is_empty(contrast, sharpness, structure) or (
        contrast > RANDOM_CONTRAST and _chroma(coarse) > RANDOM_CHROMA
    )
    problem = "blank" if empty else _problem(brightness, sharpness)
    hints = _hints(grey, brightness, sharpness) + (("too_small",) if not empty and _is_tiny(coarse) else ())
    return Quality(brightness, contrast, sharpness, structure, problem, hints)


def telling(qualities: Sequence[Quality]) -> list[int]:
    """Numbers of the photos that speak: those that can be judged, or all where none can."""
    good = [number for number, quality in enumerate(qualities) if quality.judgeable]
    return good or list(range(len(qualities)))


def _steps(grey: Grey) -> float:
    """Share of the variance that lies between neighbours."""
    steps = (np.diff(grey, axis=0)[:, :-1] ** 2 + np.diff(grey, axis=1)[:-1] ** 2) / 2
    return float(steps.mean() / max(float(grey.var()), 1e-6))


def _chroma(coarse: Grey) -> float:
    """How much colours differ from place to place, beside how much lightness does."""
    red, green, blue = np.moveaxis(coarse, 2, 0)
    differing = ((red - green).var() + (blue - green).var()) / 2
    return float(np.sqrt(differing) / max(float(coarse.mean(2).std()), 1e-6))


def _is_empty(contrast: float, sharpness: float, structure: float) -> bool:
    natural = SLOPE_STRUCTURE <= structure <= PATTERN_STRUCTURE
    return contrast < BLANK_CONTRAST or sharpness > NOISE_SHARPNESS or not natural


def _problem(brightness: float, sharpness: float) -> str:
    if brightness < DARK:
        return "dark"
    if brightness > GLARE:
        return "glare"
    return "blurred" if sharpness < BLURRED_SHARPNESS else ""


def _hints(grey: Grey, brightness: float, sharpness: float) -> tuple[str, ...]:
    burnt = float((grey >= BURNT).mean())
    said = {"dark": brightness < DIM, "glare": burnt > BURNT_SHARE, "blurred": sharpness < BLURRED_SHARPNESS}
    return tuple(code for code, holds in said.items() if holds)


def _is_tiny(coarse: Grey) -> bool:
    """Only a spot differs from the border: of 150 lesions shrunk to a third it finds a third, of others 3 %."""
    border = np.concatenate([coarse[0], coarse[-1], coarse[:, 0], coarse[:, -1]])
    differing = np.abs(coarse - np.median(border, axis=0)).mean(2)
    peak = float(np.quantile(differing, 0.998))
    return peak > STANDS_OUT and float((differing > peak / 2).mean()) < TINY_SHARE
