"""Labelled photos from a pack (CSV and zip shards, or a folder) as decoded squares and target rows."""

from __future__ import annotations

import hashlib
import lzma
import math
import shutil
import zipfile
import zlib
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
from ml.training.folders import folder_table
from ml.training.pictures import read_picture
from ml.training.store import Store
from ml.training.table import labels_in, read_table

MARGIN = 1.15  # squares are kept this much larger than the network sees, so that crops still have detail


@dataclass(frozen=True)
class Pack:
    """A table of photos and where their bytes are; ``images`` names the zips or the folder that hold them."""

    table: pd.DataFrame  # columns: image, label (";" joins several), split, and whatever else the CSV carries
    images: tuple[Path, ...]

    @property
    def empty(self) -> bool:
        return self.table.empty

    @property
    def groups(self) -> tuple[str, ...]:
        """Animal, patient or lesion of each photo; a photo whose group nobody knows is one of its own."""
        if "group" not in self.table:
            return ()
        return tuple(str(g) if pd.notna(g) else f"alone {row}" for row, g in enumerate(self.table["group"]))

    def part(self, split: str) -> Pack:
        """The rows of one split, in order."""
        return Pack(self.table[self.table["split"] == split].reset_index(drop=True), self.images)

    def halves(self) -> tuple[Pack, Pack]:
        """The rows to learn from and those to choose and measure on, ``train`` and ``val``.

        Raises:
            ValueError: there are none of one of them.
        """
        training, validation = self.part("train"), self.part("val")
        if training.empty or validation.empty:
            raise ValueError("the table needs rows of both splits, train and val")
        return training, validation

    def head(self, most: int) -> Pack:
        """The first ``most`` rows, or all where there are fewer."""
        return Pack(self.table.head(most), self.images)

    def targets(self, labels: tuple[str, ...]) -> Tensor:
        """Float32 (N, K): 1 where a label is named for the photo, else 0."""
        named = [labels_in(text) for text in self.table["label"]]
        return torch.tensor([[float(label in row) for label in labels] for row in named]).reshape(-1, len(labels))

    def fingerprint(self) -> str:
        """Names these photos in this order; raises FileNotFoundError with the name of the first that is missing."""
        with Store(self.images) as store:
            return hashlib.sha256("\n".join(store.marks(map(str, self.table["image"]))).encode()).hexdigest()[:16]

    def pictures(self) -> Iterator[Image.Image]:
        """The photos of the table, decoded one after another as serving decodes them.

        Raises:
            FileNotFoundError, UnreadablePhoto: with the name of the first that cannot be had.
        """
        with Store(self.images) as store:
            for name in self.table["image"]:
                yield read_picture(str(name), store.read(str(name)))

    def files(self) -> Iterator[bytes | None]:
        """The bytes of the photos, one after another; None where they cannot be had."""
        with Store(self.images) as store:
            for name in self.table["image"]:
                try:
                    yield store.read(str(name))
                except (OSError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error, lzma.LZMAError):
                    yield None  # RuntimeError: it is encrypted, or packed in a way that Python cannot unpack


@dataclass(frozen=True)
class Photos:
    """Decoded squares, uint8 (N, 3, s, s), with targets, float32 (N, K)."""

    squares: Tensor
    targets: Tensor


def read_pack(
    data: Path, images: tuple[Path, ...] = (), *, task: str, needed: tuple[str, ...] = ("image", "label")
) -> Pack:
    """Open a data set: a CSV, a folder with ``<task>.csv`` and its zips or pictures, or folders named after labels.

    Raises:
        FileNotFoundError: there is no such table and no picture.
        ValueError: it cannot be read as a table, a column is missing, or it has no row.
    """
    csv = data if data.is_file() or data.suffix.lower() == ".csv" else data / f"{task}.csv"
    if not csv.is_file() and data.is_dir():
        return Pack(folder_table(data), images or (data,))
    if not csv.is_file():
        raise FileNotFoundError(f"no table {csv.name} in {csv.parent}")
    table = read_table(csv, needed)
    if "split" not in table:
        table["split"] = "val"
    found = images or tuple(sorted(csv.parent.glob(f"{csv.stem}-*.zip"))) or (csv.parent,)
    return Pack(table, found)


def keep_labels(pack: Pack, labels: tuple[str, ...]) -> Pack:
    """Only the photos that carry at least one of ``labels``."""
    kept = pack.targets(labels).sum(1).gt(0).numpy()
    return Pack(pack.table[kept].reset_index(drop=True), pack.images)


def decoded(pack: Pack, *, size: int, cache: Path) -> Tensor:
    """All photos as squares, uint8 (N, 3, size, size), kept in ``cache`` between runs and mapped, not loaded.

    A half-written cache has another name, so that an interrupted run starts it again.
    """
    if not cache.is_file():
        cache.parent.mkdir(parents=True, exist_ok=True)
        unfinished = cache.with_suffix(".part")
        shape = (len(pack.table), 3, size, size)
        _have_room(math.prod(shape), cache.parent)
        pixels = np.lib.format.open_memmap(unfinished, mode="w+", dtype=np.uint8, shape=shape)
        for index, picture in enumerate(tqdm(pack.pictures(), total=shape[0], unit="photo", desc="decode")):
            pixels[index] = square(picture, size)
        pixels.flush()
        unfinished.rename(cache)
    return torch.from_numpy(np.load(cache, mmap_mode="c"))


def _have_room(size: int, folder: Path) -> None:
    """Raises OSError without room for ``size`` bytes: on a full disk, writing to a map would kill the process."""
    free = shutil.disk_usage(folder).free
    if free < size:
        raise OSError(f"the decoded photos need {size / 1e9:.1f} GB in {folder}, where {free / 1e9:.1f} GB are free")
