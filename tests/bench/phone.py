"""A photo such as a phone takes, drawn: a bare round patch in a dog's coat, 12 megapixels with sensor noise.

The dog-skin model takes it for the real thing and names a disease, so that nothing of a request is left out. Nobody's
photo is in it.
"""

from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.ndimage import gaussian_filter, map_coordinates

TWELVE = (4032, 3024)  # pixels; 3.4 MB
FIFTY = (8064, 6048)  # 48.8 megapixels: four of them side by side
DRAWN = (1008, 756)  # the hairs need no more pixels
HAIR, UNDERCOAT, SKIN = (np.array(colour, float) for colour in ((225, 215, 200), (150, 130, 112), (206, 140, 128)))
RADIUS = {"sure": 0.2, "close call": 0.295}  # of the patch, in widths: first far ahead of the second candidate, or not

Grid = NDArray[np.float64]


def phone_photo(size: tuple[int, int] = TWELVE, kind: str = "sure", quality: int = 88) -> bytes:
    """The bytes of one JPEG, tiled from one drawing."""
    tile, picture = _noisy(_drawing(RADIUS[kind])), Image.new("RGB", size)
    for left in range(0, size[0], TWELVE[0]):
        for top in range(0, size[1], TWELVE[1]):
            picture.paste(tile, (left, top))
    memory = BytesIO()
    picture.save(memory, "JPEG", quality=quality)
    return memory.getvalue()


def _drawing(radius: float) -> Image.Image:
    grain = np.random.default_rng(0)
    width, height = DRAWN

    def noise(*blur: float) -> Grid:
        blurred = gaussian_filter(grain.normal(size=(height, width)), blur if len(blur) > 1 else blur[0])
        return np.asarray(blurred / blurred.std())

    down, across = np.mgrid[0:height, 0:width].astype(float)
    hairs, waves = noise(9, 0.9) + noise(22, 1.6), 14 * noise(60) + 0.25 * (down - height / 2)
    hairs = map_coordinates(hairs, [down, across + waves], order=1, mode="reflect")
    light = np.clip(0.55 + 0.17 * hairs + 0.12 * noise(40), 0, 1)[..., None]
    away = np.hypot(across / width - 0.5, 1.2 * (down - height / 2) / width) / radius + 0.1 * noise(30)
    bare = 1 / (1 + np.exp((away - 1) * 7 + 0.5 * hairs))[..., None]
    bumps = noise(5)[..., None]
    skin = SKIN + 5 * noise(1.5)[..., None] + bumps * [3, 7, 6] - np.clip(bumps - 0.8, 0, 2) * [18, 38, 34]
    coat = UNDERCOAT + (HAIR - UNDERCOAT) * light
    return Image.fromarray(np.clip(coat + (skin - coat) * bare, 0, 255).astype(np.uint8))


def _noisy(drawing: Image.Image) -> Image.Image:
    soft = np.asarray(drawing.resize(TWELVE, Image.Resampling.BICUBIC), dtype=np.int16)
    noise = np.random.default_rng(0).normal(0, 7.5, (TWELVE[1], TWELVE[0], 1)).astype(np.int16)
    return Image.fromarray((soft + noise).clip(0, 255).astype(np.uint8))
