"""When the machine cannot, people read a sentence, and nothing half-done is left."""

import errno
import logging
from contextlib import suppress
from pathlib import Path
from unittest import mock

import pytest
from django.db import OperationalError
from django.test import Client

from diagnosis import clock, engine, gate, services
from diagnosis.models import Case
from ml.inference import UnreadablePhoto
from tests.factories import answers, new_case

pytestmark = pytest.mark.usefixtures("room")


@pytest.mark.parametrize("path", ["/en/cases/", "/api/v1/cases/"])
def test_a_full_disk_is_a_503_and_leaves_nothing(client: Client, room: Path, path: str) -> None:
    with mock.patch("os.fsync", side_effect=OSError(errno.ENOSPC, "No space left on device")):
        response = client.post(path, answers(), headers={"Accept-Language": "en"})
    assert response.status_code == 503
    assert "nothing was kept" in response.text
    assert 5 <= int(response.headers["Retry-After"]) <= 60
    assert not Case.objects.exists()
    assert not [file for file in room.rglob("*") if file.is_file()]


def test_a_locked_database_is_a_503_and_leaves_nothing(client: Client, room: Path) -> None:
    with mock.patch.object(Case, "save", side_effect=OperationalError("database is locked")):
        response = client.post("/en/cases/", answers())
    assert response.status_code == 503
    assert not [file for file in room.rglob("*") if file.is_file()]


def test_the_clock_removes_what_is_expired(room: Path) -> None:
    old, young = new_case(), new_case()
    Case.objects.filter(pk=old.pk).update(expires_at=old.created_at)
    with mock.patch("django.db.connection.close"), mock.patch("diagnosis.services.truncate_journal") as truncated:
        clock.tick()
    assert list(Case.objects.all()) == [young]
    assert truncated.called  # a deletion may have met readers, and left its bytes


def test_the_clock_outlives_a_bad_round(room: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR, "diagnosis.clock")
    with mock.patch("django.db.connection.close"), mock.patch("diagnosis.services.purge", side_effect=OSError):
        clock.tick()
    assert "This round of cleaning failed." in caplog.text


def test_what_fails_in_a_round_keeps_nothing_else_from_being_forgotten(caplog: pytest.LogCaptureFixture) -> None:
    steps = ("purge", "forget_deserted_patients", "truncate_journal")
    failing = {name: mock.Mock(side_effect=OSError(name)) for name in steps}
    chore = mock.Mock(side_effect=OSError("chore"))
    chores = mock.patch.object(clock, "_chores", [chore])
    with mock.patch("django.db.connection.close"), mock.patch.multiple(services, **failing), chores:
        clock.tick()
    assert caplog.text.count("This round of cleaning failed.") == 4
    assert all(f"OSError: {step}" in caplog.text for step in (*steps, "chore"))


def test_the_clock_outlives_a_decoder_that_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    ticked = mock.Mock()
    for name, stand_in in (("tick", ticked), ("give_back", mock.Mock()), ("_stop", mock.Mock(wait=lambda _s: True))):
        monkeypatch.setattr(clock, name, stand_in)
    monkeypatch.setattr(clock, "warm_up", mock.Mock(side_effect=UnreadablePhoto("cannot_process", "")))
    monkeypatch.setattr(engine, "broken_models", list)
    clock._run()
    assert ticked.called


def test_memory_goes_back_after_loading_and_once_after_photos_came(monkeypatch: pytest.MonkeyPatch) -> None:
    gave_back, waits = mock.Mock(), iter([False, False, False, True])
    for name, stand_in in (("warm_up", mock.Mock()), ("tick", mock.Mock()), ("give_back", gave_back)):
        monkeypatch.setattr(clock, name, stand_in)
    monkeypatch.setattr(clock, "_stop", mock.Mock(wait=lambda _seconds: next(waits)))
    monkeypatch.setattr(engine, "broken_models", list)
    gate.worked()
    with suppress(OSError), gate.place():  # whatever becomes of them
        raise OSError
    clock._run()
    assert gave_back.call_count == 2
