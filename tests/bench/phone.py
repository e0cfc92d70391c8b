"""A photo such as a phone takes, drawn: 12 megapixels of soft shapes and sensor noise, some 3.5 MB of JPEG."""

from io import BytesIO

import numpy as np
from PIL import Image

TWELVE = (4032, 3024)  # pixels; three MB
FIFTY = (8064, 6048)  # 48.8 megapixels: four of them side by side


def phone_photo(size: tuple[int, int] = TWELVE, quality: int = 88) -> bytes:
    """The bytes of one JPEG, tiled from one drawing."""
    tile, picture = _drawing(), Image.new("RGB", size)
    for left in range(0, size[0], TWELVE[0]):
        for top in range(0, size[1], TWELVE[1]):
            picture.paste(tile, (left, top))
    memory = BytesIO()
    picture.save(memory, "JPEG", quality=quality)
    return memory.getvalue()


def _drawing() -> Image.Image:
    dice = np.random.default_rng(0)
    width, height = TWELVE
    shapes = dice.integers(60, 200, (height // 64, width // 64, 3), dtype=np.uint8)
    soft = np.asarray(Image.fromarray(shapes).resize(TWELVE, Image.Resampling.BICUBIC), dtype=np.int16)
    noise = dice.normal(0, 7.5, (height, width, 1)).astype(np.int16)
    return Image.fromarray((soft + noise).clip(0, 255).astype(np.uint8))
