"""Miniatures are quickest on one thread, and the other core is another test's; they learn from a drawn pack."""

import csv
import random
from pathlib import Path

import pytest
import torch

from ml.training.experiment import EXPERIMENTS
from tests.ml.drawn_pack import drawing

torch.set_num_threads(1)


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A human_eye pack of 36 drawings: CSV and picture files in one folder."""
    dice, labels = random.Random(0), EXPERIMENTS["human_eye"].labels
    home = tmp_path / "pack"
    home.mkdir()
    rows = []
    for number in range(36):
        label = labels[number % 3]
        drawing(label, dice).save(home / f"{number}.png")
        rows.append({"image": f"{number}.png", "label": label, "split": "train" if number < 24 else "val"})
    with (home / "human_eye.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return home
