"""The bounded gate: when every place is taken, a photo is turned away before anybody looks at it."""

from collections.abc import Iterator
from contextlib import ExitStack
from unittest.mock import Mock

import pytest
from django.conf import settings
from django.test import Client

from diagnosis import forms, gate
from diagnosis.models import Case
from ml.inference import CorruptModel
from tests.factories import answers

pytestmark = pytest.mark.usefixtures("room")


@pytest.fixture
def full() -> Iterator[None]:
    """Every place is taken for the length of a test."""
    with ExitStack() as places:
        for _ in range(settings.DIAGNOSIS_PLACES):
            places.enter_context(gate.place())
        yield


@pytest.mark.usefixtures("full")
@pytest.mark.parametrize("address", ["/en/cases/", "/api/v1/cases/"])
def test_a_photo_too_many_is_turned_away_before_it_is_decoded(
    client: Client, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    decoded: list[bytes] = []
    monkeypatch.setattr(forms, "read_photo_apart", decoded.append)
    response = client.post(address, answers())
    assert response.status_code == 503 and 5 <= int(response.headers["Retry-After"]) <= 60
    assert decoded == [] and not Case.objects.exists()


def test_a_place_is_free_again_after_a_diagnosis_that_failed() -> None:
    for _ in range(settings.DIAGNOSIS_PLACES + 1):
        with pytest.raises(RuntimeError), gate.place():
            raise RuntimeError


@pytest.mark.parametrize("address", ["/en/cases/", "/api/v1/cases/"])
def test_a_broken_model_is_explained_and_nothing_is_kept(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, address: str
) -> None:
    monkeypatch.setattr("diagnosis.engine.diagnoser_for", Mock(side_effect=CorruptModel("dog_eye: missing")))
    response = client.post(address, answers())
    assert (response.status_code, response.headers["Retry-After"]) == (503, "10")
    assert "cannot be judged right now" in response.text and not Case.objects.exists()
    assert "dog_eye: missing" in caplog.text
