"""A photo does not stay in memory once its request is answered, though Django's forms and requests live in cycles."""

import gc
import sys
import time
import weakref
from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from PIL import Image

from diagnosis import forms
from ml.inference import UnreadablePhoto, read_photo_apart
from tests.factories import answers, drawn_photo, encoded

pytestmark = pytest.mark.usefixtures("room")
ADDRESSES = pytest.mark.parametrize("address", ["/en/cases/", "/api/v1/cases/"])


@pytest.fixture(autouse=True)
def no_collector() -> Iterator[None]:
    """Python's collector, which frees cycles some time later, does not run."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def soon(holds: Callable[[], bool]) -> bool:
    """Whether it holds within two seconds: a thread drops what it worked on a moment after it has handed it over."""
    until = time.monotonic() + 2
    while not holds() and time.monotonic() < until:
        time.sleep(0.01)
    return holds()


@ADDRESSES
@pytest.mark.parametrize(("age", "statuses"), [("", {201, 302}), ("-1", {422}), ("old", {422})])
def test_pictures_go_with_the_answer(
    client: Client, monkeypatch: pytest.MonkeyPatch, address: str, age: str, statuses: set[int]
) -> None:
    pictures: list[weakref.ref[Image.Image]] = []

    def noted(data: bytes) -> Image.Image:
        picture = read_photo_apart(data)
        pictures.append(weakref.ref(picture))
        return picture

    monkeypatch.setattr(forms, "read_photo_apart", noted)
    photo = encoded(drawn_photo())
    assert client.post(address, answers(photo, photo, age=age)).status_code in statuses
    assert len(pictures) == 2 and soon(lambda: not any(picture() for picture in pictures))


@ADDRESSES
def test_the_bytes_of_a_refused_photo_go_with_the_refusal(
    client: Client, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    refused: list[bytes] = []

    def refusing(data: bytes) -> Image.Image:
        refused.append(data)
        raise UnreadablePhoto("truncated", "The photo did not arrive whole, please send it again.")

    monkeypatch.setattr(forms, "read_photo_apart", refusing)
    photo = encoded(drawn_photo())
    assert client.post(address, answers(photo, photo)).status_code == 422
    only_here = 2  # the list, and the argument of getrefcount
    assert soon(lambda: len(refused) == 2 and all(sys.getrefcount(refused[n]) == only_here for n in range(2)))
