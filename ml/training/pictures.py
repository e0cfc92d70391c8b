"""A labelled photo's bytes as serving would see them: upright, 8-bit, sRGB, alpha laid over white; and its mask."""

from __future__ import annotations

from io import BytesIO

from PIL import Image

from ml.decode import decode, open_picture
from ml.errors import UnreadablePhoto


def read_picture(name: str, data: bytes) -> Image.Image:
    """The pixels that ``ml.photo.read_photo`` gives, of photos as small as they come: packs hold some under 64 px.

    Raises:
        UnreadablePhoto: with the photo's name, for the one who trains.
    """
    try:
        with open_picture(data) as picture:
            return decode(picture, data)
    except Exception as error:  # decoders raise OSError, SyntaxError, ValueError, RuntimeError and more
        raise UnreadablePhoto("unreadable", f"the photo {name} cannot be read: {error}") from error


def read_mask(data: bytes, size: tuple[int, int]) -> Image.Image:
    """An outline as it was drawn, 8-bit grey, as large as the photo it belongs to: a large photo was made smaller."""
    with Image.open(BytesIO(data)) as picture:
        mask = picture.convert("L")
    return mask if mask.size == size else mask.resize(size, Image.Resampling.BOX)
