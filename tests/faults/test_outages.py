"""When disk, database or clock fail, people read a sentence, nothing half-done is left, and it works again after."""

import errno
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from threading import Timer
from unittest import mock

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from diagnosis import services
from diagnosis.models import Case
from tests.factories import answers, new_case

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("room")]
READING = ["/en/", "/en/diseases/", "/en/clinics/", "/healthz"]


@pytest.fixture(autouse=True)
def afterwards() -> Iterator[None]:
    yield
    connection.close()  # with the short patience a test gave it
    services.forget(Case.objects.all())


def files(room: Path) -> list[Path]:
    return [file for file in room.rglob("*") if file.is_file()]


@contextmanager
def locked(seconds: float) -> Iterator[None]:
    """Another process writes and does not come to an end."""
    other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    release = Timer(seconds, other.rollback)
    release.start()
    try:
        yield
    finally:
        release.cancel()
        release.join()
        other.rollback()
        other.close()


def impatient(milliseconds: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA busy_timeout={milliseconds}")


@pytest.mark.parametrize("fails", ["os.fsync", "pathlib.Path.replace"])
def test_with_a_full_disk_nothing_is_kept_and_the_next_photo_is(client: Client, room: Path, fails: str) -> None:
    with mock.patch(fails, side_effect=OSError(errno.ENOSPC, "No space left on device")):
        assert client.post("/en/cases/", answers()).status_code == 503
    assert not Case.objects.exists() and not files(room)
    assert client.post("/en/cases/", answers()).status_code == 302


def test_a_photo_folder_that_cannot_be_written_refuses_photos_only(
    client: Client, settings: Settings, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    (tmp_path / "media").write_text("in the way")
    response = client.post("/en/cases/", answers())
    assert response.status_code == 503 and response.headers["Retry-After"]
    assert not Case.objects.exists()
    assert [client.get(path).status_code for path in READING] == [200] * len(READING)
    ready = client.get("/readyz")
    assert ready.status_code == 503 and "The folder of the photos cannot be written." in ready.json()["problems"]


def test_a_database_that_cannot_be_written_refuses_photos_only(client: Client, room: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA query_only=ON")
    assert client.post("/en/cases/", answers()).status_code == 503
    assert [client.get(path).status_code for path in READING] == [200] * len(READING)
    connection.close()
    assert not Case.objects.exists() and not files(room)


def test_with_a_nearly_full_disk_the_service_is_not_ready(client: Client) -> None:
    with mock.patch("walness.health.shutil.disk_usage", return_value=mock.Mock(free=2**20)):
        assert client.get("/readyz").status_code == 503


def test_a_photo_waits_for_another_writer(client: Client) -> None:
    with locked(1):
        assert client.post("/en/cases/", answers()).status_code == 302


def test_a_database_that_stays_locked_is_a_503_in_time(client: Client, room: Path) -> None:
    impatient(500)
    started = time.monotonic()
    with locked(30):
        response = client.post("/en/cases/", answers())
    assert response.status_code == 503 and time.monotonic() - started < 6
    assert not Case.objects.exists() and not files(room)


def test_when_only_the_session_cannot_be_kept_that_is_a_503_too(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.contrib.sessions.backends.db import SessionStore
    from django.db import OperationalError

    monkeypatch.setattr(SessionStore, "save", mock.Mock(side_effect=OperationalError("database is locked")))
    assert client.post("/en/cases/", answers()).status_code == 503


@contextmanager
def clock_set(by: timedelta) -> Iterator[None]:
    now: datetime = timezone.now() + by
    with mock.patch("django.utils.timezone.now", return_value=now):
        yield


def test_a_clock_that_jumps_ahead_removes_exactly_what_is_due(room: Path) -> None:
    soon, later = new_case(), new_case()
    Case.objects.filter(pk=later.pk).update(expires_at=timezone.now() + timedelta(days=40))
    with clock_set(timedelta(days=31)):
        assert services.purge().cases == 1
    assert [case.pk for case in Case.objects.all()] == [later.pk] and soon.pk
    assert len(files(room)) == 2


def test_a_clock_that_jumps_back_removes_nothing_early(client: Client, room: Path) -> None:
    url = client.post("/en/cases/", answers()).headers["Location"]
    with clock_set(timedelta(days=-31)):
        assert services.purge().cases == 0
        assert client.get(url).status_code == 200
        assert client.post("/en/cases/", answers()).status_code == 302
    assert Case.objects.count() == 2 and len(files(room)) == 4
