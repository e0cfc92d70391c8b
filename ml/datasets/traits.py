"""What a network could cheat with: how a picture was saved, its size, its border and its camera, never its lesion."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Traits = dict[str, float | str]

_MAKE, _MODEL = 0x010F, 0x0110  # EXIF tags
_DARK = 16  # grey value below which a pixel is part of a black frame
_FLAT = 4.0  # standard deviation below which a row or column shows nothing
_GLANCE = 64  # px; borders and light need no more
_CORNER = 64  # px


def header_traits(picture: Image.Image) -> dict[str, Traits]:
    """Traits that can be read without decoding."""
    width, height = picture.size
    return {
        "file_type": {
            "format": picture.format or "array",
            "mode": picture.mode,
            "quantisation": _quantisation(picture),
            "progressive": float("progressive" in picture.info),
            "metadata": float(any(key in picture.info for key in ("exif", "icc_profile", "dpi", "xmp", "comment"))),
        },
        "size": {"width": float(width), "height": float(height), "aspect": width / height},
        "camera": {"model": _model(picture), "quantisation": _quantisation(picture)},
    }


def pixel_traits(picture: Image.Image) -> dict[str, Traits]:
    """Traits of the decoded picture."""
    small = picture.resize((_GLANCE, _GLANCE), Image.Resampling.BOX)
    pixels = np.asarray(small, dtype=np.float32)  # (64, 64, 3)
    return {"border": _border(pixels), "camera": _light(pixels) | _grain(picture)}


def _quantisation(picture: Image.Image) -> float:
    """Mean of a JPEG's first quantisation table: small for fine, large for coarse; 0 for other formats."""
    tables = getattr(picture, "quantization", None)
    return float(np.mean(tables[0])) if tables and 0 in tables else 0.0


def _model(picture: Image.Image) -> str:
    try:
        exif = picture.getexif()
        return " ".join(str(exif.get(tag, "")).strip("\0 ") for tag in (_MAKE, _MODEL)).strip()[:40]
    except Exception:  # metadata is junk more often than pixels are
        return ""


def _border(pixels: NDArray[np.float32]) -> Traits:
    grey = pixels.mean(axis=2)
    edges = {"top": pixels[:3], "bottom": pixels[-3:], "left": pixels[:, :3], "right": pixels[:, -3:]}
    traits: Traits = {f"{name} edge {what}": value for name, edge in edges.items() for what, value in _edge(edge)}
    corners = np.stack([grey[:6, :6], grey[:6, -6:], grey[-6:, :6], grey[-6:, -6:]])
    traits["dark corners"] = float((corners < _DARK).mean())
    traits["flat rows"] = float((grey.std(axis=1) < _FLAT).mean())
    traits["flat columns"] = float((grey.std(axis=0) < _FLAT).mean())
    return traits


def _edge(edge: NDArray[np.float32]) -> list[tuple[str, float]]:
    red, green, blue = (float(edge[..., channel].mean()) for channel in range(3))
    brightness = (red + green + blue) / 3
    return [("brightness", brightness), ("redness", red - blue), ("variation", float(edge.std()))]


def _light(pixels: NDArray[np.float32]) -> Traits:
    """Colours of the surroundings: the lesion in the middle may be as red as it likes."""
    middle = slice(_GLANCE // 5, -_GLANCE // 5)
    around = np.ones(pixels.shape[:2], dtype=bool)
    around[middle, middle] = False
    red, green, blue = (float(channel) for channel in pixels[around].mean(axis=0))
    contrast = float(pixels[around].mean(axis=1).std())
    return {"red": red, "green": green, "blue": blue, "contrast": contrast}


def _grain(picture: Image.Image) -> Traits:
    """Noise and sharpness of the corners, at full size: sensors and codecs differ there."""
    width, height = (min(_CORNER, length) for length in picture.size)
    right, bottom = picture.width - width, picture.height - height
    patches = [picture.crop((x, y, x + width, y + height)) for x in (0, right) for y in (0, bottom)]
    grey = np.stack([np.asarray(patch.convert("L"), dtype=np.float32) for patch in patches])  # (4, h, w)
    edges = 4 * grey[:, 1:-1, 1:-1] - grey[:, :-2, 1:-1] - grey[:, 2:, 1:-1] - grey[:, 1:-1, :-2] - grey[:, 1:-1, 2:]
    return {"noise": float(np.median(np.abs(edges))), "sharpness": float(edges.std())}
