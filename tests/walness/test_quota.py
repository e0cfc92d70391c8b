"""One client may send so much and no more; the counter is shared, and holds no address."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from diagnosis.models import Case
from tests.factories import answers
from walness.models import Upload
from walness.quota import forget_clients

pytestmark = pytest.mark.usefixtures("room")
CASES = "/en/cases/"
BAD = {"species": "dog"}  # counts like any other, and is quickly refused


@pytest.fixture(autouse=True)
def limits(settings: Settings) -> None:
    """Three in ten minutes, five and 2,000 bytes a day."""
    settings.UPLOADS_SHORT, settings.UPLOADS_DAY, settings.BYTES_DAY = 3, 5, 2000


def send(client: Client, *, path: str = CASES, **extra: Any) -> int:
    return client.post(path, BAD, **extra).status_code


def older(minutes: int) -> None:
    """Let time pass for what was counted so far."""
    for upload in Upload.objects.all():
        Upload.objects.filter(pk=upload.pk).update(at=upload.at - timedelta(minutes=minutes))


def test_the_fourth_in_ten_minutes_is_a_429_that_says_when(client: Client) -> None:
    assert [send(client) for _ in range(4)] == [422, 422, 422, 429]
    response = client.post(CASES, answers())
    assert 540 < int(response.headers["Retry-After"]) <= 600
    assert "Please wait a little" in response.text
    assert not Case.objects.exists()


def test_a_program_gets_the_429_as_json(client: Client) -> None:
    answered = [client.post("/api/v1/cases/", BAD) for _ in range(4)]
    assert [answer.status_code for answer in answered] == [422, 422, 422, 429]
    assert set(answered[-1].json()) == {"detail"}


def test_after_ten_minutes_there_is_room_again_until_the_day_is_full(client: Client) -> None:
    assert [send(client) for _ in range(3)] == [422] * 3
    older(11)
    assert [send(client) for _ in range(3)] == [422, 422, 429]


def test_a_day_has_room_for_so_many_bytes(client: Client) -> None:
    Upload.objects.all().delete()
    assert send(client) == 422
    Upload.objects.update(size=1990)
    assert send(client) == 429


def test_reading_and_other_clients_are_not_limited(client: Client) -> None:
    assert [send(client) for _ in range(4)][-1] == 429
    assert client.get("/en/").status_code == 200
    assert send(Client(REMOTE_ADDR="203.0.113.9")) == 422


def test_words_of_the_client_do_not_make_it_another(client: Client, settings: Settings) -> None:
    """Only what our own proxy adds, at the right end, is believed; without one, nothing."""
    assert [send(client, HTTP_X_FORWARDED_FOR=f"198.51.100.{n}") for n in range(4)][-1] == 429
    settings.PROXIES = 1
    forged = [send(client, HTTP_X_FORWARDED_FOR=f"198.51.100.{n}, 203.0.113.7") for n in range(4)]
    assert forged == [422, 422, 422, 429]


def test_a_subscriber_s_many_ipv6_addresses_are_one_client() -> None:
    sent = [send(Client(REMOTE_ADDR=f"2001:db8:1:2::{n}")) for n in range(4)]
    assert sent == [422, 422, 422, 429]
    assert send(Client(REMOTE_ADDR="2001:db8:1:3::1")) == 422


def test_what_we_could_not_look_at_does_not_count(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("diagnosis.gate._places.acquire", lambda blocking: False)
    assert [send(client) for _ in range(5)] == [503] * 5
    assert not Upload.objects.exists()


def test_no_address_is_kept_and_nothing_after_a_day(client: Client) -> None:
    send(client)
    row = Upload.objects.get()
    assert len(row.client) == 40 and "127.0.0.1" not in row.client
    older(24 * 60)
    forget_clients()
    assert not Upload.objects.exists()


def test_the_name_of_a_client_changes_every_day(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    tomorrow = timezone.now() + timedelta(days=1)
    send(client)
    monkeypatch.setattr("walness.client.timezone.now", lambda: tomorrow)
    send(client)
    assert Upload.objects.values("client").distinct().count() == 2


def test_a_locked_database_is_a_503_not_an_error(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_row: object) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(Upload.objects, "create", fail)
    assert send(client) == 503


def test_production_is_limited_and_the_demo_is_not() -> None:
    from walness import settings

    assert (settings.UPLOADS_SHORT, settings.UPLOADS_DAY, settings.BYTES_DAY) == (0, 30, 100 * 2**20)
