"""Photos with the outline of their lesion, from a table with the columns image and mask."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from ml.training.data import Pack, read_pack
from ml.training.pictures import read_mask, read_picture
from ml.training.store import Store


def read_pairs(data: Path, images: tuple[Path, ...] = ()) -> Pack:
    """Open a CSV with the columns image and mask, and split if any, or the ``lesion_mask.csv`` of a folder.

    Raises:
        FileNotFoundError: there is no such table. ValueError: it is none, or has no column mask.
    """
    pack = read_pack(data, images, task="lesion_mask", needed=("image", "mask"))
    if "mask" not in pack.table:
        raise ValueError(f"{data.name} lacks the column mask")
    return pack


def read_masks(data: Path) -> Pack:
    """The held-out rows (``val``) of a table of outlines; raises as ``read_pairs`` does."""
    return read_pairs(data).part("val")


def pairs(pack: Pack) -> Iterator[tuple[Image.Image, Image.Image]]:
    """Photo (RGB) and mask (8-bit grey), one after another, of one size each."""
    with Store(pack.images) as store:
        for name, mask in zip(pack.table["image"], pack.table["mask"], strict=True):
            photo = read_picture(name, store.read(name))
            yield photo, read_mask(store.read(mask), photo.size)
