"""Pictures go into the private folder, and out of it again."""

from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image

from diagnosis.storage import random_name

LONG_SIDE = 2000  # pixels of a kept photo; those that were read from bytes are smaller already
JPEG_QUALITY = 88


@dataclass(frozen=True)
class Kept:
    """One picture's files and figures, before they have a row."""

    image: str
    heatmap: str
    size: tuple[int, int]  # width and height in pixels


def keep(picture: Image.Image, heatmap: Image.Image | None) -> Kept:
    """Write a photo and the heat map over it, both or neither."""
    small = pixels_only(picture, LONG_SIDE)
    image = _save(small, "JPEG", "jpg")
    try:
        return Kept(image, _save(heatmap, "PNG", "png") if heatmap else "", small.size)
    except BaseException:
        unlink([image])
        raise


def pixels_only(picture: Image.Image, long_side: int) -> Image.Image:
    """A smaller copy made from pixels alone: no metadata comes along."""
    copy = Image.frombytes("RGB", picture.size, picture.tobytes())
    copy.thumbnail((long_side, long_side), Image.Resampling.LANCZOS)
    return copy


def unlink(names: Iterable[str]) -> None:
    """Remove files; empty names and missing files are fine."""
    for name in filter(None, names):
        default_storage.delete(name)


def _save(picture: Image.Image, kind: str, suffix: str) -> str:
    memory = BytesIO()
    picture.save(memory, kind, quality=JPEG_QUALITY)
    return default_storage.save(random_name(suffix), ContentFile(memory.getvalue()))
