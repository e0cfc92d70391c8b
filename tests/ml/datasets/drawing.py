"""Pictures and trees of pictures for the preparation to chew on, all drawn."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageEnhance

from ml.datasets.prepare import Choices, prepare
from ml.datasets.report import Report


def drawn(seed: int, size: tuple[int, int] = (96, 72)) -> Image.Image:
    """Blotches that no other seed has; skin-coloured on average, so that nothing tells labels apart."""
    dice = np.random.default_rng(seed)
    blotches = Image.fromarray(dice.integers(60, 230, (6, 8, 3), dtype=np.uint8))
    pixels = np.asarray(blotches.resize(size, Image.Resampling.BICUBIC), dtype=np.int16)
    return Image.fromarray((pixels + dice.integers(-6, 7, pixels.shape)).clip(0, 255).astype(np.uint8))


def sibling(seed: int, size: tuple[int, int] = (96, 72)) -> Image.Image:
    """The same place, a moment later: a little brighter, two pixels to the side."""
    moved = drawn(seed, size).crop((2, 0, size[0], size[1])).resize(size, Image.Resampling.BICUBIC)
    return ImageEnhance.Brightness(moved).enhance(1.1)


def encoded(picture: Image.Image, suffix: str = "jpg", **options: Any) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, {"jpg": "JPEG", "jpeg": "JPEG", "tif": "TIFF"}.get(suffix, suffix.upper()), **options)
    return buffer.getvalue()


def save(path: Path, picture: Image.Image | bytes | str) -> Path:
    """Write a picture in the format of its suffix, or bytes, or text, and make the folders on the way."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(picture, Image.Image):
        picture = encoded(picture, path.suffix[1:].lower())
    path.write_bytes(picture.encode() if isinstance(picture, str) else picture)
    return path


def save_json(path: Path, told: object) -> Path:
    return save(path, json.dumps(told, ensure_ascii=False))


def label_tree(root: Path, labels: Sequence[str], each: int, *, suffix: str = "jpg", first: int = 0) -> Path:
    """``root/label/n.jpg``, every picture another one."""
    for row, label in enumerate(labels):
        for number in range(each):
            seed = first + row * each + number
            save(root / label / f"{seed}.{suffix}", drawn(seed))
    return root


def prepared(source: Path, out: Path, **choices: Any) -> Report:
    """Prepare in this process, which is quicker than starting two others."""
    workers = choices.pop("workers", 1)
    return prepare(Choices(source=str(source), name=choices.pop("name", "set"), **choices), out=out, workers=workers)
