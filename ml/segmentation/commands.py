"""The verbs of the command line for outlines: train and release, each in a few steps."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from PIL import Image
from torch import Tensor

from ml.cards import ModelCard
from ml.inference import Diagnoser
from ml.preprocess import square
from ml.segmentation.experiment import OutlineExperiment
from ml.segmentation.measure import segment_then_classify
from ml.segmentation.outline import Outliner
from ml.segmentation.pairs import decoded_pairs
from ml.segmentation.release import release_outline
from ml.segmentation.training import MARGIN, Squares, train
from ml.training.claim import claim
from ml.training.commands import options_of
from ml.training.data import keep_labels, read_pack
from ml.training.masks import read_pairs

QUICK_PAIRS = 1000
HELD_OUT = 5  # every fifth stranger is kept for measuring


def train_outline(
    data: Path,
    images: tuple[Path, ...],
    out: Path,
    *,
    changes: list[str],
    quick: bool = False,
    strangers: Path | None = None,
) -> Path:
    """Train on the table's ``train`` rows and choose on its ``val`` rows; returns the best weights' path.

    Raises:
        ValueError: an option is unknown, or a split is empty.
    """
    experiment = OutlineExperiment().with_options(options_of(changes) | ({"epochs": 2} if quick else {}))
    parts = [part.head(QUICK_PAIRS) if quick else part for part in read_pairs(data, images).halves()]
    claim(out, experiment, pd.concat([part.table for part in parts])[["image", "mask", "split"]])
    size = round(experiment.image_size * MARGIN)
    strange = strange_squares(strangers, size) if strangers else torch.empty(0, 3, size, size, dtype=torch.uint8)
    training = Squares(*decoded_pairs(parts[0], size), strange)
    validation = Squares(*decoded_pairs(parts[1], experiment.image_size), strange[:0])
    return train(experiment, training, validation, out)


def release_run(
    data: Path,
    images: tuple[Path, ...],
    out: Path,
    *,
    version: str,
    strangers: Path | None,
    crops: Path | None,
    registry: Path,
) -> ModelCard:
    """Put the run in ``out`` on the shelf as ``version``; see ``ml.segmentation.release``.

    Args:
        strangers: CSV of photos that show no lesion: every fifth, which training did not see, is asked for an outline.
        crops: CSV of ``human_skin``: is its released classifier better on what the outline cuts out?
    """
    experiment = OutlineExperiment.from_json(json.loads((out / "experiment.json").read_text()))
    pack = read_pairs(data, images)
    return release_outline(
        experiment,
        out / "best.safetensors",
        version,
        validation=pack.part("val"),
        images={split: len(pack.part(split).table) for split in ("train", "val")},
        strangers=_kept_back(strangers) if strangers else [],
        extra=partial(_crop_figures, crops, registry) if crops else None,
        registry=registry,
    )


def _kept_back(table: Path) -> list[Image.Image]:
    pictures = enumerate(read_pack(table, task="").pictures())
    return [picture.convert("RGB") for number, picture in pictures if number % HELD_OUT == 0]


def _crop_figures(table: Path, registry: Path, outliner: Outliner) -> dict[str, Any]:
    diagnoser = Diagnoser.load("human_skin", registry=registry)
    pack = keep_labels(read_pack(table, task="human_skin").part("val"), diagnoser.card.labels)
    answers = segment_then_classify(outliner, diagnoser, pack)
    return {"segment_then_classify": answers | {"n": len(pack.table), "classifier": diagnoser.card.version}}


def strange_squares(table: Path, size: int) -> Tensor:
    """Photos that show no lesion, uint8 (M, 3, size, size), without those that are kept for measuring."""
    pack = read_pack(table, task="")
    squares = [square(p, size) for number, p in enumerate(pack.pictures()) if number % HELD_OUT]
    return torch.from_numpy(np.stack(squares))
