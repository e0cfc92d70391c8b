"""What cannot be judged is refused in one sentence, and leaves nothing behind."""

import struct
import zlib
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from diagnosis.models import Case
from tests.factories import answers, drawn_photo, encoded

pytestmark = pytest.mark.usefixtures("room")
CASES = "/en/cases/"


def bomb(width: int = 10_000, height: int = 10_000) -> bytes:
    """A PNG of 100 megapixels in a few kilobytes: what counts stands in its header."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(bytes(1000), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def assert_refused(client: Client, room: Path, sentence: str, filled: dict[str, object]) -> None:
    response = client.post(CASES, filled)
    assert response.status_code == 422
    errors = " ".join(message for messages in response.context["form"].errors.values() for message in messages)
    assert sentence in errors
    assert sentence in response.text
    assert not Case.objects.exists() and not Session.objects.exists()
    assert not room.exists()


def test_a_missing_photo_is_explained_with_a_422(client: Client, room: Path) -> None:
    assert_refused(client, room, "Please choose a photo.", answers(photo=None))


def test_a_text_file_named_jpg_is_explained_with_a_422(client: Client, room: Path) -> None:
    assert_refused(client, room, "This file is not a photo we can read.", answers(b"just some text"))


def test_an_empty_file_is_explained_with_a_422(client: Client, room: Path) -> None:
    assert_refused(client, room, "This file is not a photo we can read.", answers(b""))


def test_a_bomb_of_100_megapixels_is_explained_with_a_422(client: Client, room: Path) -> None:
    assert_refused(client, room, "This photo has too many pixels.", answers(bomb()))


def test_a_photo_that_did_not_arrive_whole_is_explained_with_a_422(client: Client, room: Path) -> None:
    photo = encoded(drawn_photo())
    assert_refused(client, room, "The photo did not arrive whole.", answers(photo[: len(photo) // 2]))


def test_a_tiny_photo_is_explained_with_a_422(client: Client, room: Path) -> None:
    assert_refused(client, room, "This photo is too small.", answers(encoded(drawn_photo(63, 100))))


def test_a_strip_is_explained_with_a_422(client: Client, room: Path) -> None:
    assert_refused(client, room, "This picture is too narrow.", answers(encoded(drawn_photo(64, 640))))


def test_four_photos_are_explained_with_a_422(client: Client, room: Path) -> None:
    photo = encoded(drawn_photo())
    assert_refused(client, room, "at most three photos", answers(photo, photo, photo, photo))


def test_one_bad_photo_among_good_ones_refuses_the_case(client: Client, room: Path) -> None:
    assert_refused(client, room, "not a photo we can read", answers(encoded(drawn_photo()), b"text"))


def test_an_unknown_species_is_explained_with_a_422(client: Client, room: Path) -> None:
    assert_refused(client, room, "Please choose a dog, a cat or a person.", answers(species="cow"))


def test_an_unknown_body_site_is_explained_with_a_422(client: Client, room: Path) -> None:
    assert_refused(client, room, "Please choose the eye or the skin.", answers(body_site="ear"))


def test_a_pair_without_a_model_is_refused_and_leads_to_its_guide(client: Client, room: Path) -> None:
    filled = answers(species="cat", body_site="eye")
    assert_refused(client, room, "We have no model that judges this honestly yet", filled)
    assert 'href="/en/guide/cat/eye/"' in client.post(CASES, answers(species="cat")).text


def test_a_pair_without_a_model_is_not_asked_for_a_photo(client: Client) -> None:
    response = client.post(CASES, answers(species="cat", photo=None))
    assert list(response.context["form"].errors) == ["body_site"]


@pytest.mark.parametrize("age", ["-1", "121", "old"])
def test_an_impossible_age_is_refused(client: Client, age: str) -> None:
    response = client.post(CASES, answers(age=age))
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["age"]
    assert not Case.objects.exists()


def test_an_empty_form_is_explained_with_a_422(client: Client) -> None:
    response = client.post(CASES, {})
    assert response.status_code == 422
    assert {"species", "body_site", "photo"} <= set(response.context["form"].errors)


def test_a_refusal_speaks_korean_to_korean_readers(client: Client) -> None:
    response = client.post("/ko/cases/", answers(b"text"))
    assert response.status_code == 422
    assert "This file is not a photo" not in response.text
