"""Untrusted bytes become a picture without metadata, or a sentence with a code."""

import pickle
import random
import time
import tracemalloc
import warnings
from unittest.mock import Mock

import pytest
from PIL import Image, ImageFile, PngImagePlugin

from ml.decode import MAX_PROFILE
from ml.errors import UnreadablePhoto
from ml.photo import MAX_BYTES, SENTENCES, read_photo
from tests.ml.hostile import (
    CANARY,
    KINDS,
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


def refusal(data: bytes) -> UnreadablePhoto:
    with pytest.raises(UnreadablePhoto) as caught:
        read_photo(data)
    return caught.value


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
    monkeypatch.setattr("ml.photo.decode", Mock(side_effect=MemoryError))
    assert refusal(encoded(drawn())).code == "cannot_process"


def test_the_largest_file_is_read_and_one_byte_more_is_not() -> None:
    jpeg = encoded(drawn())
    assert read_photo(jpeg + bytes(MAX_BYTES - len(jpeg))).size == (320, 240)
    assert refusal(jpeg + bytes(MAX_BYTES - len(jpeg) + 1)).code == "too_many_bytes"


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
