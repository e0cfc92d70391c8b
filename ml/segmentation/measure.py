"""How well outlines are drawn: against the experts', on photos without a lesion, and as a crop for the classifier."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from tqdm import tqdm

from ml.inference import Diagnoser
from ml.segmentation.outline import Outline, Outliner, sureness
from ml.segmentation.shape import Mask
from ml.segmentation.tracing import mask_of
from ml.training.data import Pack
from ml.training.masks import pairs
from ml.training.metrics import balanced_accuracy, interval, mean_auroc

CROP_MARGIN = 0.2  # of the lesion's width and height, left around it on each side

Figures = NDArray[np.float64]


def overlap(found: Mask, true: Mask) -> tuple[float, float, float]:
    """Intersection over union, recall and precision in pixels, of two masks of one size."""
    shared = float((found & true).sum())
    union = max(1.0, float((found | true).sum()))
    return shared / union, shared / max(1.0, float(true.sum())), shared / max(1.0, float(found.sum()))


def overlaps(outliner: Outliner, pack: Pack) -> tuple[Figures, Figures]:
    """Overlap figures, (N, 3), and sureness, (N,), of every pair, each at the photo's own size."""
    rows, sure = [], []
    for photo, mask in tqdm(pairs(pack), total=len(pack.table), unit="photo", desc="outline"):
        true = (np.asarray(mask) > 127).astype(np.uint8)
        likely = outliner.likelihood(photo)
        rows.append(overlap(mask_of(likely, photo.size), true))
        sure.append(sureness(likely))
    return np.array(rows), np.array(sure)


def measured(figures: Figures, split: str) -> dict[str, Any]:
    """The card's ``measured`` entry: mean IoU over photos with its bootstrap interval, and pixels found and right."""
    mean = interval(lambda values, _unused: float(values.mean()), figures[:, :1], figures[:, :1])
    iou, recall, precision = figures.mean(0)
    lesion = {"n": len(figures), "recall": round(recall, 4), "precision": round(precision, 4), "auroc": None}
    lesion["f1"] = round(float(np.mean(2 * figures[:, 0] / (1 + figures[:, 0]))), 4)  # Dice of each photo
    return {"split": split, "n": len(figures), "metrics": {"mean_iou": mean}, "per_class": {"lesion": lesion}}


def share_with_outline(outliner: Outliner, pictures: list[Image.Image]) -> float:
    """How many of the pictures get an outline, from 0 to 1: an error each, where they show no lesion."""
    return float(np.mean([outliner.outline(picture) is not None for picture in pictures]))


def segment_then_classify(outliner: Outliner, diagnoser: Diagnoser, pack: Pack) -> dict[str, Any]:
    """Does the classifier answer better when it sees the outlined lesion only? Whole, cropped, and both averaged."""
    whole, cropped = [], []
    for picture in tqdm(pack.pictures(), total=len(pack.table), unit="photo", desc="crops"):
        upright = picture.convert("RGB")
        found = outliner.outline(upright)
        whole.append(_probabilities(diagnoser, upright))
        cropped.append(_probabilities(diagnoser, upright.crop(box_around(found, upright.size))) if found else whole[-1])
    targets = pack.targets(diagnoser.card.labels).numpy()
    answers = {"whole": np.array(whole), "cropped": np.array(cropped)}
    answers["averaged"] = (answers["whole"] + answers["cropped"]) / 2
    return {
        name: {
            figure.__name__: interval(figure, answer, targets, groups=pack.groups)
            for figure in (balanced_accuracy, mean_auroc)
        }
        for name, answer in answers.items()
    }


def box_around(found: Outline, size: tuple[int, int]) -> tuple[int, int, int, int]:
    """The part of a photo of ``size`` that shows the lesion with a margin: left, top, right, bottom in pixels."""
    points = np.array(found.contour)  # (N, 2) of 0 to 1
    low, high = points.min(0), points.max(0)
    margin = (high - low) * CROP_MARGIN
    corners = np.clip(np.concatenate([low - margin, high + margin]), 0, 1) * np.array([*size, *size])
    left, top, right, bottom = (round(float(corner)) for corner in corners)
    return left, top, max(right, left + 1), max(bottom, top + 1)


def _probabilities(diagnoser: Diagnoser, picture: Image.Image) -> list[float]:
    said = {candidate.label: candidate.probability for candidate in diagnoser.diagnose(picture).candidates}
    return [said[label] for label in diagnoser.card.labels]


def plot_overlaps(figures: Figures, path: Path) -> None:
    """How many photos have which intersection over union."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(4.5, 3), layout="constrained")
    axes = figure.subplots()
    axes.hist(figures[:, 0], bins=20, range=(0, 1))
    axes.axvline(figures[:, 0].mean(), color="black", linestyle=":")
    axes.set_xlabel("intersection over union with the expert's outline")
    axes.set_ylabel("photos")
    figure.savefig(path, dpi=90)
