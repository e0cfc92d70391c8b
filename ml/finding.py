"""What a model says of one lesion, as everybody outside the workshop sees it."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image


@dataclass(frozen=True)
class Candidate:
    """A label the model considers."""

    label: str
    probability: float  # calibrated, in [0, 1]


@dataclass(frozen=True)
class Finding:
    """What a model says of one lesion, and whether it may be believed."""

    task: str
    version: str
    candidates: tuple[Candidate, ...]  # all labels, most probable first
    abstained: bool
    reason: str  # "" | "uncertain" | "blank" | "dark" | "glare" | "blurred" | "out_of_scope"
    in_scope: bool
    alerts: tuple[str, ...]  # labels at or above their operating point, whatever their rank
    quality: tuple[dict[str, float | str], ...]  # one per picture
    heatmaps: tuple[Image.Image | None, ...]  # 8-bit grey, to be stretched over the whole picture; None: no evidence
    ms: float  # wall clock of the whole finding
    prediction_set: tuple[str, ...] = ()  # holds the right label for 90 % of photos; (): it cannot be narrowed down
    dangerous: float | None = None  # calibrated, that any dangerous label holds; None: not measured for this task
    faithful: bool = True  # False: the map failed its own check, and the heat maps are None
    steady: bool = True  # False: a little more light or another crop would change the answer
    hints: tuple[str, ...] = ()  # for the next photo: blurred dark glare too_small not_in_frame unsteady wrong_site
    lookalikes: tuple[tuple[str, int], ...] = ()  # label and how many of the nearest confirmed cases carry it
