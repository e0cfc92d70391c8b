"""Brings large pictures down band by band, so that 50 megapixels never lie in memory two or three times."""

from collections.abc import Iterator

import numpy as np
import pillow_heif
from PIL import Image

BAND = 256  # rows of 16-bit grey at once
RESULT_BAND = 32  # rows of the small picture at once


def sixteen_to_eight(picture: Image.Image) -> Image.Image:
    """Grey of 16 bits scaled by 1/257, where converting would clip it to white."""
    grey = np.empty((picture.height, picture.width), np.uint8)
    for top, bottom in _bands(picture.height, BAND):
        rows = np.asarray(picture.crop((0, top, picture.width, bottom)), dtype=np.uint32)
        grey[top:bottom] = ((rows + 128) // 257).clip(0, 255)
    return Image.fromarray(grey)


def heif_reduced(data: bytes, factor: int) -> Image.Image:
    """The first picture of a HEIC file at 1/``factor`` of its size, without a full copy beside the decoder's own."""
    frame = pillow_heif.open_heif(data, convert_hdr_to_8bit=True, remove_stride=False)
    return reduced(memoryview(frame.data), frame.mode, frame.size, frame.stride, factor)


def reduced(pixels: memoryview, mode: str, size: tuple[int, int], stride: int, factor: int) -> Image.Image:
    """Rows of pixels, each of ``stride`` bytes, as a picture of 1/``factor`` of their size."""
    width, height = size
    small = Image.new(mode, (-(-width // factor), -(-height // factor)))
    for top, bottom in _bands(height, RESULT_BAND * factor):
        rows = bytes(pixels[top * stride : bottom * stride])
        band = Image.frombuffer(mode, (width, bottom - top), rows, "raw", mode, stride, 1)
        small.paste(band.reduce(factor), (0, top // factor))
    return small


def _bands(height: int, rows: int) -> Iterator[tuple[int, int]]:
    for top in range(0, height, rows):
        yield top, min(top + rows, height)
