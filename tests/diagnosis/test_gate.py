"""The bounded gate: when every place is taken, a photo is turned away before anybody looks at it."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from django.conf import settings
from django.test import Client

from diagnosis import forms, gate
from diagnosis.models import Case
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
