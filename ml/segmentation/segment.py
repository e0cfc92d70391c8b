"""Photos and folders in, one mask each out; a bad file is a line with an error, never the end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image

from ml.decode import open_picture
from ml.errors import UnreadablePhoto
from ml.photo import read_photo
from ml.predict import photos_in
from ml.releases import REGISTRY
from ml.segmentation.outline import Outliner
from ml.segmentation.tracing import mask_of


def segment_lines(paths: list[Path], out: Path, registry: Path = REGISTRY) -> Iterator[dict[str, Any]]:
    """One object per photo, in the order found; ``out`` gets an 8-bit PNG, 0 or 255, as large as the photo.

    Raises:
        UnknownTask, CorruptModel: before the first line.
    """
    outliner = Outliner.load(registry=registry)
    out.mkdir(parents=True, exist_ok=True)
    taken: set[str] = set()
    for path in photos_in(paths):
        yield _line(outliner, path, out / f"{_free_name(path.stem, taken)}.png")


def _line(outliner: Outliner, path: Path, mask: Path) -> dict[str, Any]:
    try:
        data = path.read_bytes()
        picture = read_photo(data)
        likely = outliner.likelihood(picture)
        part = mask_of(likely, _own_size(data, picture))
        found = outliner.read(picture, likely) is not None
        Image.fromarray(part * 255).save(mask)
    except (OSError, UnreadablePhoto) as error:
        reason = str(error) if isinstance(error, UnreadablePhoto) else f"cannot be read: {error.strerror}"
        return {"image": str(path), "error": reason}
    return {"image": str(path), "mask": str(mask), "found": found, "area_share": round(float(part.mean()), 4)}


def _own_size(data: bytes, picture: Image.Image) -> tuple[int, int]:
    """Width and height of the photo as it is looked at: a large one was decoded smaller, a turned one upright."""
    with open_picture(data) as header:
        width, height = header.size
    lying = width > height
    return (width, height) if lying == (picture.width > picture.height) else (height, width)


def _free_name(stem: str, taken: set[str]) -> str:
    """The photo's own name, with a number where another folder has one of that name."""
    name, number = stem, 1
    while name in taken:
        number += 1
        name = f"{stem}-{number}"
    taken.add(name)
    return name
