"""A large still WebP as rows of three bytes a pixel, with libwebp's plain call.

Pillow reads every WebP as an animation, which holds four canvases of four bytes a pixel: 780 MB for 50 megapixels.
"""

import ctypes
from pathlib import Path

import numpy as np
import PIL
from PIL import Image

from ml.bands import reduced

_CHANNELS = {"RGB": 3, "RGBA": 4}


def _library() -> ctypes.CDLL | None:
    """The one Pillow's wheel brings along and has loaded; None where Pillow was built otherwise."""
    found = next(Path(PIL.__file__).parents[1].glob("pillow.libs/libwebp-*.so*"), None)
    return ctypes.CDLL(str(found)) if found else None


_LIBRARY = _library()  # now: a child of the sandbox can open no file later


def webp_reduced(data: bytes, size: tuple[int, int], mode: str, factor: int) -> Image.Image | None:
    """The picture at 1/``factor`` of its size; None when Pillow must try, because it moves or is damaged."""
    if _LIBRARY is None or mode not in _CHANNELS or _still(data) != size:
        return None
    width, height = size
    pixels = np.empty((height, width, _CHANNELS[mode]), np.uint8)
    decode = _LIBRARY.WebPDecodeRGBInto if mode == "RGB" else _LIBRARY.WebPDecodeRGBAInto
    decode.restype = ctypes.c_void_p
    decode.argtypes = [ctypes.c_char_p, ctypes.c_size_t, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
    if not decode(data, len(data), pixels.ctypes.data, pixels.nbytes, pixels.strides[0]):
        return None
    return reduced(pixels.reshape(-1).data, mode, size, pixels.strides[0], factor)


def _still(data: bytes) -> tuple[int, int]:
    """Width and height as libwebp reads them from the header."""
    assert _LIBRARY
    width, height = ctypes.c_int(), ctypes.c_int()
    _LIBRARY.WebPGetInfo(data, ctypes.c_size_t(len(data)), ctypes.byref(width), ctypes.byref(height))
    return width.value, height.value
