"""A decoded photo has its colours, stands upright, and is no larger than it need be."""

from io import BytesIO
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageOps

from ml.photo import read_photo
from ml.webp import webp_reduced
from tests.ml.hostile import KINDS, drawn, encoded, png

RED, GREEN, BLUE, GREY = (200, 30, 30), (30, 200, 30), (30, 30, 200), (128, 128, 128)


def quarters(picture: Image.Image) -> NDArray[np.int_]:
    """The colours in the middle of the four quarters, row by row; shape (4, 3)."""
    w, h = picture.size
    at = [(w // 4, h // 4), (3 * w // 4, h // 4), (w // 4, 3 * h // 4), (3 * w // 4, 3 * h // 4)]
    return np.array([picture.getpixel(place) for place in at])


@pytest.mark.parametrize("kind", KINDS)
def test_each_accepted_format_comes_back_with_its_colours(kind: str) -> None:
    picture = read_photo(encoded(drawn(), kind))
    assert (picture.mode, picture.size) == ("RGB", (320, 240))
    assert np.abs(quarters(picture) - [RED, GREEN, BLUE, GREY]).max() <= 12


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
    assert picture.size == (1000, 750)
    assert np.abs(quarters(picture) - [RED, GREEN, BLUE, GREY]).max() <= 12


def test_a_photo_is_not_made_smaller_than_it_need_be() -> None:
    assert read_photo(encoded(drawn(1999, 1250))).size == (1999, 1250)


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


@pytest.mark.parametrize("options", [{}, {"lossless": True}, {"exif": True}], ids=["lossy", "lossless", "turned"])
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_a_large_webp_has_the_pixels_that_pillow_reads(
    monkeypatch: pytest.MonkeyPatch, mode: str, options: dict[str, Any]
) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    options = {"exif": exif.tobytes()} if "exif" in options else options
    picture = drawn(2500, 2101).convert(mode)
    if mode == "RGBA":
        picture.putalpha(Image.linear_gradient("L").resize(picture.size))
    data = encoded(picture, "WEBP", **options)
    with Image.open(BytesIO(data)) as opened:
        assert webp_reduced(data, opened.size, opened.mode, 2)  # it is read in the other way
    ours = np.asarray(read_photo(data), np.int16)
    monkeypatch.setattr("ml.decode.webp_reduced", lambda *_: None)
    assert np.abs(ours - np.asarray(read_photo(data))).max() <= 1


def test_a_moving_or_damaged_webp_is_left_to_pillow() -> None:
    still, other = drawn(2400, 2000), Image.new("RGB", (2400, 2000))
    moving = encoded(still, "WEBP", save_all=True, append_images=[other])
    assert webp_reduced(moving, still.size, "RGB", 2) is None
    assert webp_reduced(encoded(still, "WEBP")[:2000], still.size, "RGB", 2) is None
    assert np.abs(quarters(read_photo(moving)) - quarters(still)).max() <= 12
