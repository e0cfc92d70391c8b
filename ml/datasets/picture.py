"""One picture of a source, in its own process: metadata gone, one size, one format, and what it looked like."""

from __future__ import annotations

import hashlib
import io
import math
from dataclasses import dataclass

import imagehash
import numpy as np
import pillow_heif
from numpy.typing import NDArray
from PIL import Image, ImageFile, UnidentifiedImageError

from ml.datasets.traits import Traits, header_traits, pixel_traits
from ml.decode import decode, looks_cut_off
from ml.errors import UnreadablePhoto
from ml.photo import MAX_PIXELS

FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "HEIF", "BMP", "TIFF", "GIF")
MIN_SIDE = 16  # px; MedMNIST has 28
MAX_SIDE = 20_000  # px
THUMB = 32  # px; phash looks at no more
QUALITY = 90  # WebP; what it loses is less than what a phone's JPEG has lost already
METHOD = 1  # WebP effort: 60 % of the time of the default for 1 % more bytes
TURNS = (None, *Image.Transpose)  # the eight ways to lay down one picture

pillow_heif.register_heif_opener()


@dataclass(frozen=True)
class Look:
    """Everything that later phases ask about a picture, so that nobody opens it twice."""

    digest: bytes  # of the file
    pixels: bytes  # digest of the shrunk pixels: equal for the same picture saved losslessly twice
    width: int  # px, as kept
    height: int
    hashes: bytes  # eight perceptual hashes of 64 bits, little-endian, in the order of TURNS
    thumb: bytes  # 32 by 32, grey
    webp: bytes  # the picture as kept
    traits: dict[str, Traits]  # by probe: what could give a label away


def look_at(source: bytes | NDArray[np.uint8], *, side: int) -> Look:
    """Decode, shrink so that the short side is ``side`` at most, and encode again.

    Args:
        source: An encoded picture, or uint8 pixels of shape (h, w) or (h, w, 3).

    Raises:
        UnreadablePhoto: cut off, too large, too small, or nothing Pillow knows.
    """
    try:
        return _look_at(source, side)
    except UnreadablePhoto:
        raise
    except UnidentifiedImageError as error:  # its own words hold an address in memory
        raise UnreadablePhoto("unreadable", "it is no picture of a known kind") from error
    except Exception as error:  # decoders raise OSError, SyntaxError, ValueError, MemoryError and more
        raise UnreadablePhoto("unreadable", f"{type(error).__name__}: {error}"[:200]) from error


def _look_at(source: bytes | NDArray[np.uint8], side: int) -> Look:
    raw = source if isinstance(source, bytes) else np.ascontiguousarray(source).tobytes()
    with _opened(source) as opened:
        header = header_traits(opened)
        _load_small(opened, side)
        picture = _shrunk(decode(opened, raw), side)
    thumb = picture.convert("L").resize((THUMB, THUMB), Image.Resampling.BOX)
    webp = _webp(picture)
    seen = pixel_traits(picture)
    header["size"]["bytes for its content"] = _bytes_for_content(len(raw), header["size"], len(webp), picture)
    return Look(
        digest=hashlib.sha256(raw).digest(),
        pixels=hashlib.sha256(repr(picture.size).encode() + picture.tobytes()).digest(),
        width=picture.width,
        height=picture.height,
        hashes=_hashes(thumb),
        thumb=thumb.tobytes(),
        webp=webp,
        traits={**header, **seen, "camera": header["camera"] | seen["camera"]},
    )


def _bytes_for_content(size: int, dimensions: Traits, kept: int, picture: Image.Image) -> float:
    """Bytes per pixel of the file against those of our own encoding, so that a busy lesion does not count."""
    pixels = float(dimensions["width"]) * float(dimensions["height"])
    return size / pixels / (kept / (picture.width * picture.height))


def _opened(source: bytes | NDArray[np.uint8]) -> Image.Image:
    if not isinstance(source, bytes):
        return Image.fromarray(np.ascontiguousarray(source))
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # process-wide: a library that set it would let half a picture through
    picture = Image.open(io.BytesIO(source), formats=FORMATS)
    short, long = sorted(picture.size)
    if long > MAX_SIDE or short * long > MAX_PIXELS:
        raise UnreadablePhoto("too_many_pixels", f"{picture.width} x {picture.height} pixels are too many")
    if short < MIN_SIDE:
        raise UnreadablePhoto("too_small", f"{picture.width} x {picture.height} pixels are too few")
    if picture.format == "PNG" and looks_cut_off(source):
        raise UnreadablePhoto("truncated", "the file is cut off")
    return picture


def _load_small(picture: Image.Image, side: int) -> None:
    """Decode a large JPEG straight to about twice what is kept, so that shrinking still averages."""
    if picture.format not in {"JPEG", "MPO"}:
        return
    scale = min(1.0, 2 * side / min(picture.size))
    picture.draft(None, (math.ceil(picture.width * scale), math.ceil(picture.height * scale)))
    picture.load()  # from here on another draft, such as that of decode, does nothing


def _shrunk(picture: Image.Image, side: int) -> Image.Image:
    scale = side / min(picture.size)
    if scale >= 1:
        return picture
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    return picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)


def _hashes(thumb: Image.Image) -> bytes:
    turned = (thumb if turn is None else thumb.transpose(turn) for turn in TURNS)
    bits = np.array([np.packbits(imagehash.phash(picture).hash) for picture in turned])
    return bits.tobytes()


def _webp(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "WEBP", quality=QUALITY, method=METHOD)
    return buffer.getvalue()
