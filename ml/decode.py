"""From the bytes of a photo to its pixels: a plain function of bytes, so that it can move to a limited process."""

import struct
from io import BytesIO

import pillow_heif
from PIL import Image, ImageCms, ImageFile

from ml.bands import heif_reduced, sixteen_to_eight
from ml.webp import webp_reduced

pillow_heif.register_heif_opener()

FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "HEIF")  # "JPEG" lets MPO in as well, which phones send
ENOUGH = 1000  # px on the long side: three times what a network sees; at 1,600 a phone photo costs twice the time
MAX_PROFILE = 2**20  # bytes; real colour profiles are a few KB, those of printers some 100 KB

_ORIENTATION_TAG = 0x0112
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def open_picture(data: bytes) -> Image.Image:
    """Read the header only; no pixel is decoded yet."""
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # process-wide: a library that set it would let half a picture through
    return Image.open(BytesIO(data), formats=FORMATS)


def decode(picture: Image.Image, data: bytes) -> Image.Image:
    """Decode an opened picture and its bytes into upright 8-bit sRGB; only its pixels may be kept."""
    small = _decoded(picture, data)
    return _srgb(_without_alpha(_upright(small, _turn(picture))), picture.info.get("icc_profile"))


def looks_cut_off(data: bytes) -> bool:
    """Whether the container promises more bytes than came; only chooses the words of a refusal."""
    if data.startswith(b"\xff\xd8"):
        return b"\xff\xd9" not in data
    if data.startswith(b"\x89PNG"):
        return b"IEND" not in data
    if data.startswith(b"RIFF"):
        return len(data) < 8 or len(data) < 8 + struct.unpack_from("<I", data, 4)[0]
    return data[4:8] == b"ftyp" and _boxes_end(data) != len(data)


def _boxes_end(data: bytes) -> int:
    """Where the last box of a HEIC or AVIF file says it ends."""
    end = 0
    while end + 8 <= len(data):
        size = struct.unpack_from(">I", data, end)[0]
        end = len(data) if size == 0 else end + max(size, 8)
    return end


def _decoded(picture: Image.Image, data: bytes) -> Image.Image:
    """The pixels as they were stored, at a half, a third … of their size where that is enough."""
    width, height = picture.size
    factor = max(1, max(width, height) // ENOUGH)
    if picture.format == "HEIF" and factor > 1:
        return heif_reduced(data, factor)
    if picture.format == "WEBP" and factor > 1 and (small := webp_reduced(data, picture.size, picture.mode, factor)):
        return small
    if picture.format == "JPEG" or picture.format == "MPO":  # only these can decode straight to a smaller size
        picture.draft(None, (width // factor, height // factor))
    picture.load()
    return _smaller(_eight_bit(picture))


def _eight_bit(picture: Image.Image) -> Image.Image:
    """Give every picture 8-bit channels."""
    if picture.mode in ("1", "P", "PA"):
        return picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    return sixteen_to_eight(picture) if picture.mode.startswith("I") else picture


def _smaller(picture: Image.Image) -> Image.Image:
    """Do for every format what draft does for JPEG, before copies of 50 megapixels pile up."""
    factor = max(picture.size) // ENOUGH
    return picture.reduce(factor) if factor > 1 else picture


def _turn(picture: Image.Image) -> Image.Transpose | None:
    try:
        return _UPRIGHT.get(picture.getexif().get(_ORIENTATION_TAG, 1))
    except Exception:  # metadata is junk more often than pixels are: never refuse a good photo for it
        return None


def _upright(picture: Image.Image, turn: Image.Transpose | None) -> Image.Image:
    return picture if turn is None else picture.transpose(turn)


def _without_alpha(picture: Image.Image) -> Image.Image:
    """Lay what is see-through over white, so that colours hidden under it stay hidden."""
    if not picture.has_transparency_data:
        return picture
    picture = picture.convert("RGBA")
    white = Image.new("RGB", picture.size, "white")
    white.paste(picture, mask=picture.getchannel("A"))
    return white


def _srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """Follow the colour profile where it makes sense, and ignore it where it does not."""
    if not profile or len(profile) > MAX_PROFILE:
        return picture.convert("RGB")
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        if "sRGB" in ImageCms.getProfileDescription(source):
            return picture.convert("RGB")
        converted = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except Exception:  # junk, or a profile for other channels than the picture has
        return picture.convert("RGB")
    return converted or picture.convert("RGB")
