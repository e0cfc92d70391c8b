"""A data set that is nothing but folders named after labels, as a table with a grouped split."""

from __future__ import annotations

import zlib
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from PIL import Image
from tqdm import tqdm

from ml.predict import PHOTO_SUFFIXES
from ml.training.pictures import read_picture

VAL_PERCENT = 15
ALIKE = 5  # of 64 bits; re-encoding and resizing flip fewer, other pictures differ in about 32


def folder_table(root: Path) -> pd.DataFrame:
    """Rows image, label, group, split of the pictures below ``root``; the folder a picture lies in is its label.

    Pictures that look alike form one group and stay on one side of the split, whatever folder they lie in. The split
    follows from the pictures alone: adding some moves none of the others.

    Raises:
        FileNotFoundError: there is no picture in a folder of its own.
    """
    files = sorted(p for p in root.glob("**/*") if p.suffix.lower() in PHOTO_SUFFIXES and p.parent != root)
    if not files:
        raise FileNotFoundError(f"neither a table nor folders of pictures in {root}")
    groups = _groups(np.array([_look(file) for file in tqdm(files, desc="group", unit="photo")], dtype=np.uint64))
    return pd.DataFrame(
        {
            "image": [str(file.relative_to(root)) for file in files],
            "label": [file.parent.name for file in files],
            "group": [f"{group:016x}" for group in groups],
            "split": ["val" if zlib.crc32(group.tobytes()) % 100 < VAL_PERCENT else "train" for group in groups],
        }
    )


def _groups(looks: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """One name for all that look alike: the first look, in file order, that is within ``ALIKE`` bits."""
    names = looks.copy()
    free = np.ones(len(looks), dtype=bool)
    for index, look in enumerate(looks):
        if free[index]:
            alike = free & (np.bitwise_count(looks ^ look) <= ALIKE)
            names[alike], free[alike] = look, False
    return names


def _look(file: Path) -> int:
    """64 bits that survive re-encoding and resizing: is each place brighter than its right neighbour (dHash)?"""
    picture = read_picture(str(file), file.read_bytes())
    grey = np.asarray(picture.convert("L").resize((9, 8), Image.Resampling.BOX), dtype=np.int16)
    return int.from_bytes(np.packbits(grey[:, 1:] > grey[:, :-1]).tobytes())
