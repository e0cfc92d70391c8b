"""The one way in for a photo: untrusted bytes become an upright RGB picture without metadata, or a sentence."""

from PIL import Image

from ml.decode import decode, looks_cut_off, open_picture
from ml.errors import UnreadablePhoto

MAX_BYTES = 15 * 2**20
MIN_SIDE = 64  # px
MAX_SIDE = 12_000  # px
MAX_PIXELS = 50_500_000  # phones send 48 and 50 megapixels
MAX_ASPECT = 8  # long side : short side

SENTENCES = {
    "unreadable": "This is not a readable JPEG, PNG, WebP, HEIC or AVIF photo.",
    "truncated": "The photo did not arrive whole, please send it again.",
    "too_many_bytes": "The photo is larger than 15 MB, please send a smaller one.",
    "too_many_pixels": "The photo has more than 50 megapixels or a side over 12,000 pixels, please send a smaller one.",
    "too_small": "The photo has a side under 64 pixels, please send a larger one.",
    "too_long": "The photo is more than eight times as long as it is wide, please crop it to the spot.",
    "cannot_process": "The photo cannot be processed, please send another one.",
}


def read_photo(data: bytes) -> Image.Image:
    """Read one photo whose sender is not trusted.

    Content decides the format (JPEG, PNG, WebP, HEIC, AVIF); sizes are checked in the header, before any decoding.
    A large photo comes back at a half, a third … of its size; no long side of 1,000 px or more falls below that.

    Returns:
        Mode RGB, uint8, sRGB, upright, first frame, alpha laid over white, ``info`` empty.

    Raises:
        UnreadablePhoto: with a code and a sentence for the sender.
    """
    return Image.frombytes("RGB", *read_pixels(data))


def read_pixels(data: bytes) -> tuple[tuple[int, int], bytes]:
    """The same as width and height in pixels, and the bytes of the picture row by row.

    Raises:
        UnreadablePhoto: with a code and a sentence for the sender.
    """
    if len(data) > MAX_BYTES:
        raise refusal("too_many_bytes")
    try:
        with open_picture(data) as picture:
            _check_size(*picture.size)
            if picture.format == "PNG" and looks_cut_off(data):  # Pillow is content once it has every pixel
                raise refusal("truncated")
            colours = decode(picture, data)
            return colours.size, colours.tobytes()
    except UnreadablePhoto:
        raise
    except MemoryError as error:
        raise refusal("cannot_process") from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise refusal("too_many_pixels") from error
    except Exception as error:  # decoders raise OSError, SyntaxError, ValueError, RuntimeError and more
        cut_off = "truncated" in str(error).lower() or looks_cut_off(data)
        raise refusal("truncated" if cut_off else "unreadable") from error


def _check_size(width: int, height: int) -> None:
    short, long = sorted((width, height))
    if long > MAX_SIDE or width * height > MAX_PIXELS:
        raise refusal("too_many_pixels")
    if short < MIN_SIDE:
        raise refusal("too_small")
    if long > MAX_ASPECT * short:
        raise refusal("too_long")


def refusal(code: str) -> UnreadablePhoto:
    """The error of this code, with its sentence."""
    return UnreadablePhoto(code, SENTENCES.get(code, SENTENCES["cannot_process"]))
