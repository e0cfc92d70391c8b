"""The verbs of the command line for outlines: train and release, each in a few steps."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import torch
from torch import Tensor

from ml.segmentation.experiment import OutlineExperiment
from ml.segmentation.pairs import PairPack, decoded_pairs, read_pairs
from ml.segmentation.serving import squared
from ml.segmentation.training import MARGIN, Squares, train
from ml.training.commands import options_of
from ml.training.data import read_pack

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
    pack = read_pairs(data, images)
    parts = [pack.part("train"), pack.part("val")]
    if quick:
        parts = [PairPack(part.table.head(QUICK_PAIRS), part.images) for part in parts]
    if any(part.table.empty for part in parts):
        raise ValueError("the table needs rows of both splits, train and val")
    out.mkdir(parents=True, exist_ok=True)
    (out / "experiment.json").write_text(json.dumps(asdict(experiment), indent=2) + "\n")
    size = round(experiment.image_size * MARGIN)
    strange = strange_squares(strangers, size) if strangers else torch.empty(0, 3, size, size, dtype=torch.uint8)
    training = Squares(*decoded_pairs(parts[0], size), strange)
    validation = Squares(*decoded_pairs(parts[1], experiment.image_size), strange[:0])
    return train(experiment, training, validation, out)


def strange_squares(table: Path, size: int) -> Tensor:
    """Photos that show no lesion, uint8 (M, 3, size, size), without those that are kept for measuring."""
    pack = read_pack(table, task="")
    squares = [squared(p, size).copy() for number, p in enumerate(pack.pictures()) if number % HELD_OUT]
    return torch.stack([torch.from_numpy(square) for square in squares]).permute(0, 3, 1, 2).contiguous()
