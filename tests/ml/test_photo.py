"""Untrusted bytes become an upright RGB picture without metadata, or a sentence with a code."""

import pickle
import random
import time
import tracemalloc
import warnings
from io import BytesIO

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageFile, ImageOps, PngImagePlugin

from ml.decode import MAX_PROFILE
from ml.errors import UnreadablePhoto
from ml.photo import MAX_BYTES, SENTENCES, read_photo
from tests.ml.hostile import (
    CANARY,
    Hostile,
    bombs,
    chunk,
    cut_off,
    disguises,
    drawn,
    encoded,
    odd_but_good,
    png,
    segment,
    sizes,
)

# Pillow warns about the very files these tests are about; the answer is what counts.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning", "ignore::PIL.Image.DecompressionBombWarning")

KINDS = ("JPEG", "PNG", "WEBP", "AVIF", "HEIF")
RED, GREEN, BLUE, GREY = (200, 30, 30), (30, 200, 30), (30, 30, 200), (128, 128, 128)


def quarters(picture: Image.Image) -> NDArray[np.int_]:
    """The colours in the middle of the four quarters, row by row; shape (4, 3)."""
    w, h = picture.size
    at = [(w // 4, h // 4), (3 * w // 4, h // 4), (w // 4, 3 * h // 4), (3 * w // 4, 3 * h // 4)]
    return np.array([picture.getpixel(place) for place in at])


def refusal(data: bytes) -> UnreadablePhoto:
    with pytest.raises(UnreadablePhoto) as caught:
        read_photo(data)
    return caught.value


@pytest.mark.parametrize("kind", KINDS)
def test_each_accepted_format_comes_back_with_its_colours(kind: str) -> None:
    picture = read_photo(encoded(drawn(), kind))
    assert (picture.mode, picture.size) == ("RGB", (320, 240))
    assert np.abs(quarters(picture) - [RED, GREEN, BLUE, GREY]).max() <= 12


@pytest.mark.parametrize("case", [*bombs(), *disguises(), *sizes(), *cut_off(), *odd_but_good()], ids=lambda c: c.name)
def test_a_hostile_file_is_refused_by_its_code_and_an_odd_one_accepted(case: Hostile) -> None:
    if case.code == "":
        assert read_photo(case.data).mode == "RGB"
    elif case.code == "*":  # refused or accepted, but never with another error
        _answer(case.data)
    else:
        assert refusal(case.data).code == case.code


def _answer(data: bytes) -> str:
    try:
        return read_photo(data).mode
    except UnreadablePhoto as error:
        assert str(error) == SENTENCES[error.code]
        return error.code


@pytest.mark.parametrize("kind", KINDS)
def test_flipped_bytes_never_raise_anything_but_a_refusal(kind: str) -> None:
    dice, whole = random.Random(7), encoded(drawn(), kind)
    for _ in range(25):
        data = bytearray(whole)
        for _ in range(dice.choice((1, 4, 32))):
            data[dice.randrange(2, len(data))] = dice.randrange(256)
        assert _answer(bytes(data)) in {"RGB", *SENTENCES}


def test_a_photo_that_was_cut_off_is_asked_for_again() -> None:
    assert str(refusal(encoded(drawn())[:2000])) == "The photo did not arrive whole, please send it again."


def test_a_library_that_tolerates_half_pictures_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    assert refusal(encoded(drawn())[:2000]).code == "truncated"


def test_a_bomb_is_refused_from_its_header() -> None:
    data = png(12_000, 12_000, pixels=bytes(12_001 * 1000))
    tracemalloc.start()
    started = time.process_time()
    assert refusal(data).code == "too_many_pixels"
    assert time.process_time() - started < 0.3
    assert tracemalloc.get_traced_memory()[1] < 10 * 2**20
    tracemalloc.stop()


def test_a_bomb_is_refused_when_warnings_are_errors_too() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert refusal(png(10_000, 10_000)).code == "too_many_pixels"


def test_running_out_of_memory_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    def burst(picture: Image.Image) -> Image.Image:
        raise MemoryError

    monkeypatch.setattr("ml.photo.decode", burst)
    assert refusal(encoded(drawn())).code == "unreadable"


def test_the_largest_file_is_read_and_one_byte_more_is_not() -> None:
    jpeg = encoded(drawn())
    assert read_photo(jpeg + bytes(MAX_BYTES - len(jpeg))).size == (320, 240)
    assert refusal(jpeg + bytes(MAX_BYTES - len(jpeg) + 1)).code == "too_many_bytes"


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("size", [(320, 240), (3200, 2400)])
def test_every_orientation_comes_back_upright(orientation: int, size: tuple[int, int]) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = encoded(drawn(*size), exif=exif.tobytes())
    with Image.open(BytesIO(data)) as opened:
        expected = ImageOps.exif_transpose(opened)
    picture = read_photo(data)
    assert (picture.width > picture.height) == (expected.width > expected.height)
    assert np.abs(quarters(picture) - quarters(expected)).max() <= 2


@pytest.mark.parametrize("orientation", [0, 9, 255, 65535])
def test_an_orientation_that_does_not_exist_is_ignored(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    assert np.abs(quarters(read_photo(encoded(drawn(), exif=exif.tobytes())))[0] - RED).max() <= 5


@pytest.mark.parametrize("kind", KINDS)
def test_a_large_photo_comes_back_smaller_but_sharp_enough(kind: str) -> None:
    picture = read_photo(encoded(drawn(4000, 3000), kind))
    assert picture.size == (2000, 1500)
    assert np.abs(quarters(picture) - [RED, GREEN, BLUE, GREY]).max() <= 12


def test_a_photo_is_not_made_smaller_than_it_need_be() -> None:
    assert read_photo(encoded(drawn(3199, 2000))).size == (3199, 2000)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "PA", "RGBA", "CMYK"])
def test_odd_channels_keep_their_brightness(mode: str) -> None:
    odd = drawn().convert(mode) if mode != "PA" else drawn().convert("P").convert("PA")
    picture = read_photo(encoded(odd, "JPEG" if mode == "CMYK" else "PNG" if mode != "PA" else "WEBP"))
    expected = np.asarray(drawn().convert("1" if mode == "1" else "L"), dtype=float).mean() * (
        255 if mode == "1" else 1
    )
    assert picture.mode == "RGB"
    assert abs(np.asarray(picture.convert("L"), dtype=float).mean() - expected) < 3


def test_16_bit_grey_is_scaled_and_not_clipped() -> None:
    ramp = np.linspace(0, 65535, 256, dtype=np.uint16).repeat(100).reshape(256, 100)
    picture = np.asarray(read_photo(encoded(Image.fromarray(ramp), "PNG")))
    assert (picture[:, 0, 0] == np.arange(256)).all()


def test_16_bit_colour_is_scaled() -> None:
    rows = (b"\0" + b"\x80\x00\x40\x00\xff\xff" * 100) * 100
    assert read_photo(png(100, 100, depth=16, colours=2, pixels=rows)).getpixel((50, 50)) == (128, 64, 255)


def test_what_is_see_through_turns_white_and_stays_hidden() -> None:
    ghost = Image.new("RGBA", (100, 100), (200, 20, 20, 0))
    assert np.asarray(read_photo(encoded(ghost, "PNG"))).min() == 255


def test_a_see_through_palette_colour_turns_white() -> None:
    palette = Image.new("P", (100, 100), 0)
    palette.putpalette([10, 20, 30])
    assert read_photo(encoded(palette, "PNG", transparency=0)).getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize("kind", ["WEBP", "PNG", "AVIF"])
def test_an_animation_is_its_first_frame(kind: str) -> None:
    frames = [Image.new("RGB", (100, 100), colour) for colour in (RED, GREEN, BLUE)]
    picture = read_photo(encoded(frames[0], kind, save_all=True, append_images=frames[1:]))
    assert np.abs(np.array(picture.getpixel((50, 50))) - RED).max() <= 8


def test_a_colour_profile_is_followed() -> None:
    """Where the red and the blue primary of the profile change places, what the file calls red is blue."""
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = srgb.replace(b"rXYZ", b"tXYZ").replace(b"bXYZ", b"rXYZ").replace(b"tXYZ", b"bXYZ")
    swapped = swapped.replace("sRGB".encode("utf-16-be"), "Swap".encode("utf-16-be")).replace(b"sRGB", b"Swap")
    picture = read_photo(encoded(Image.new("RGB", (100, 100), RED), "PNG", icc_profile=swapped))
    assert np.abs(np.array(picture.getpixel((50, 50))) - BLUE).max() <= 12


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_but_pixels_survives(kind: str) -> None:
    exif = Image.Exif()
    exif[0x010E] = CANARY
    exif.get_ifd(0x8825).update({1: "N", 2: (37.0, 33.0, 59.4)})
    xmp = f"<x:xmpmeta xmlns:x='adobe:ns:meta/'>{CANARY}</x:xmpmeta>".encode()
    picture = read_photo(encoded(drawn(), kind, exif=exif.tobytes(), xmp=xmp))
    assert picture.info == {}
    assert not picture.getexif()
    assert _leaks_nothing(picture)


def test_comments_and_text_do_not_survive() -> None:
    note = PngImagePlugin.PngInfo()
    note.add_text("comment", CANARY)
    jpeg = encoded(drawn(), comment=CANARY.encode())
    jpeg = jpeg[:2] + segment(13, CANARY.encode()) + jpeg[2:] + CANARY.encode()
    for data in (
        jpeg,
        encoded(drawn(), "PNG", pnginfo=note),
        encoded(drawn(), "PNG") + chunk(b"tEXt", CANARY.encode()),
    ):
        assert CANARY.encode() in data
        assert _leaks_nothing(read_photo(data))


def _leaks_nothing(picture: Image.Image) -> bool:
    return not any(CANARY.encode() in encoded(picture, kind) for kind in ("JPEG", "PNG", "WEBP"))


def test_a_refusal_survives_the_way_between_processes() -> None:
    error = pickle.loads(pickle.dumps(refusal(b"no photo")))
    assert (error.code, str(error)) == ("unreadable", SENTENCES["unreadable"])


def test_a_huge_colour_profile_is_not_even_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ml.decode.ImageCms.ImageCmsProfile", lambda file: pytest.fail("parsed"))
    assert read_photo(encoded(drawn(), icc_profile=bytes(MAX_PROFILE + 1))).mode == "RGB"


def test_metadata_that_cannot_be_parsed_never_refuses_a_good_photo(monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble(picture: Image.Image) -> Image.Exif:
        raise SyntaxError("not a TIFF file")

    monkeypatch.setattr(Image.Image, "getexif", stumble)
    assert read_photo(encoded(drawn())).size == (320, 240)
