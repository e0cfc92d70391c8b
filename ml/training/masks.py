"""Photos with the outline of their lesion, from a table with the columns image and mask."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from PIL import Image

from ml.training.data import Pack, read_pack


def read_masks(data: Path, images: tuple[Path, ...] = ()) -> Pack:
    """The held-out rows (``val``) of a table of outlines.

    Raises:
        FileNotFoundError: there is no such table. ValueError: it has no column mask.
    """
    pack = read_pack(data, images, task="")
    if "mask" not in pack.table:
        raise ValueError(f"{data.name} lacks the column mask")
    return pack.part("val")


def pairs(pack: Pack) -> Iterator[tuple[Image.Image, Image.Image]]:
    """Photo and mask, one after another."""
    masks = replace(pack, table=pack.table.assign(image=pack.table["mask"]))
    yield from zip(pack.pictures(), masks.pictures(), strict=True)
