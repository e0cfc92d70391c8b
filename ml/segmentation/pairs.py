"""Photos with the outlines that experts drew, as decoded squares in memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from PIL import Image
from torch import Tensor
from tqdm import tqdm

from ml.preprocess import square
from ml.training.data import Pack
from ml.training.masks import pairs


@dataclass(frozen=True)
class PairPack:
    """A table of photos and masks, and the zips or the folder that hold them."""

    table: pd.DataFrame  # columns: image, mask, split
    images: tuple[Path, ...]

    def part(self, split: str) -> PairPack:
        """The rows of one split, in order."""
        return PairPack(self.table[self.table["split"] == split].reset_index(drop=True), self.images)

    def pairs(self) -> Iterator[tuple[Image.Image, Image.Image]]:
        """Photo (RGB) and mask (L, 0 or 255), one pair after another, of one size each."""
        return pairs(Pack(self.table, self.images))


def read_pairs(data: Path, images: tuple[Path, ...] = ()) -> PairPack:
    """Open a CSV with the columns image, mask and split, or the ``lesion_mask.csv`` of a folder.

    Raises:
        FileNotFoundError: there is no such table. ValueError: a column is missing.
    """
    csv = data if data.suffix.lower() == ".csv" else data / "lesion_mask.csv"
    if not csv.is_file():
        raise FileNotFoundError(f"no table {csv.name} in {csv.parent}")
    table = pd.read_csv(csv)
    if missing := {"image", "mask", "split"} - set(table.columns):
        raise ValueError(f"{csv.name} lacks the column {', '.join(sorted(missing))}")
    return PairPack(table, images or tuple(sorted(csv.parent.glob(f"{csv.stem}-*.zip"))) or (csv.parent,))


def decoded_pairs(pack: PairPack, size: int) -> tuple[Tensor, Tensor]:
    """All pairs as squares: uint8 (N, 3, size, size) and masks, uint8 (N, 1, size, size), 0 to 255."""
    photos = torch.empty(len(pack.table), 3, size, size, dtype=torch.uint8)
    masks = torch.empty(len(pack.table), 1, size, size, dtype=torch.uint8)
    for index, (photo, mask) in enumerate(tqdm(pack.pairs(), total=len(photos), unit="pair", desc="decode")):
        photos[index] = torch.from_numpy(square(photo, size))
        masks[index, 0] = torch.from_numpy(np.array(mask.resize((size, size), Image.Resampling.BILINEAR)))
    return photos, masks
