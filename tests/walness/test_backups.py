"""A backup comes back whole or not at all, and forgets what the living database has forgotten."""

import errno
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from diagnosis import services
from diagnosis.models import Case, Confirmation, Disease, Feedback, Patient, Species
from tests.factories import new_case
from walness import backups
from walness.models import Restoration, Upload

kept_for_good = pytest.mark.django_db(transaction=True)  # another process reads it


@pytest.fixture
def place(room: Path, tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for data; what cleans a backup runs with the settings of the service, not of the tests."""
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "walness.settings")
    settings.DATA_DIR = tmp_path
    yield tmp_path
    services.forget(Case.objects.all())


def rows(database: Path, query: str) -> list[Any]:
    with closing(sqlite3.connect(database)) as opened:
        return [row[0] for row in opened.execute(query)]


def pairs(database: Path, query: str) -> list[Any]:
    with closing(sqlite3.connect(database)) as opened:
        return opened.execute(query).fetchall()


def change(backup: Path, *statements: str) -> None:
    with closing(sqlite3.connect(backup / backups.DATABASE)) as database, database:
        for statement in statements:
            database.execute(statement)


def tokens(backup: Path) -> set[str]:
    return set(rows(backup / backups.DATABASE, "SELECT token FROM diagnosis_case"))


def restore_elsewhere(backup: Path, new: Path, database: Path, settings: Settings) -> None:
    new.mkdir(parents=True, exist_ok=True)
    settings.DATA_DIR, settings.MEDIA_ROOT = new, new / "media"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(backups, "database", lambda: database)
        backups.restore(backup)


@kept_for_good
def test_a_backup_from_before_an_upgrade_comes_back_where_database_and_photos_lie_apart(
    place: Path, settings: Settings
) -> None:
    case = new_case()
    backups.back_up(place / "copy")
    new_tables = ("DROP TABLE walness_upload", "DROP TABLE walness_restoration")
    change(place / "copy", *new_tables, "DELETE FROM django_migrations WHERE app = 'walness'")
    restore_elsewhere(place / "copy", place / "new", place / "apart" / "cases.db", settings)
    assert rows(place / "apart" / "cases.db", "SELECT token FROM diagnosis_case") == [case.token]
    assert (place / "new" / "media" / str(case.photos.get().image)).is_file()
    assert [file.name for file in (place / "new").iterdir()] == ["media"]


@kept_for_good
def test_a_backup_that_cannot_be_brought_up_to_date_leaves_nothing_and_says_why(
    place: Path, settings: Settings
) -> None:
    new_case()
    backups.back_up(place / "copy")
    change(place / "copy", "DROP TABLE diagnosis_case")
    with pytest.raises(CommandError, match="no such table: diagnosis_case"):
        restore_elsewhere(place / "copy", place / "new", place / "new" / "walness.sqlite3", settings)
    assert list((place / "new").iterdir()) == []


@pytest.mark.django_db
def test_one_spoiled_backup_is_named_and_does_not_keep_the_others_from_forgetting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cleaned = []

    def clean(folder: Path, **_live: object) -> None:
        cleaned.append(folder.name)
        if folder.name == "2":
            raise CommandError("2 is spoiled")

    monkeypatch.setattr(backups, "clean", clean)
    monkeypatch.setattr(backups, "back_up", lambda _target: None)
    for name in ("1", "2", "3"):
        (tmp_path / name).mkdir()
        (tmp_path / name / backups.DATABASE).touch()
    with pytest.raises(CommandError, match="2 is spoiled"):
        call_command("backup", tmp_path, verbosity=0)
    assert cleaned[1:] == ["1", "2", "3"]


def leave_what_is_over() -> None:
    """A client, a wrong password and a visit of two days ago."""
    long_ago = timezone.now() - timedelta(days=2)
    Upload.objects.create(client="c" * 40, size=1)
    AccessAttempt.objects.create(username="u", ip_address="fd00::1", failures_since_start=1)
    Upload.objects.update(at=long_ago)
    AccessAttempt.objects.update(attempt_time=long_ago)
    Session.objects.create(session_key="s", session_data="d", expire_date=long_ago)


@kept_for_good
def test_an_older_backup_forgets_what_was_deleted_or_is_over_since(place: Path) -> None:
    leave_what_is_over()
    kept, deleted = new_case(), new_case()
    old = User.objects.create_user("old-account")
    User.objects.create_user("young-account")
    species = Species.objects.get(code="dog")
    patients = [services.add_patient(owner="somebody", species=species, name=name) for name in ("Kong", "Bori")]
    older = place / "backups" / "older"
    backups.back_up(older)
    assert tokens(older) == {kept.token, deleted.token}
    photo = older / backups.MEDIA / str(deleted.photos.get().image)
    assert photo.is_file()
    services.forget(Case.objects.filter(pk=deleted.pk))
    services.close_account(old)
    services.forget_patient(patients[0])
    call_command("backup", place / "backups", verbosity=0)
    assert tokens(older) == {kept.token} and not photo.exists()
    assert rows(older / backups.DATABASE, "SELECT username FROM auth_user") == ["young-account"]
    assert rows(older / backups.DATABASE, "SELECT name FROM diagnosis_patient") == ["Bori"]
    for table in ("walness_upload", "axes_accessattempt", "django_session"):
        assert rows(older / backups.DATABASE, f"SELECT count(*) FROM {table}") == [0], table
    content = (older / backups.DATABASE).read_bytes()
    assert not any(word in content for word in (deleted.token.encode(), b"old-account", b"Kong"))
    Patient.objects.all().delete()
    User.objects.all().delete()


@kept_for_good
def test_a_backup_keeps_its_cases_when_the_service_began_anew(place: Path) -> None:
    case = new_case()
    backups.back_up(place / "new")
    (applied,) = rows(place / "new" / backups.DATABASE, "SELECT applied FROM django_migrations ORDER BY id LIMIT 1")
    began = "UPDATE django_migrations SET applied = '2030-01-01 00:00:00'"
    change(place / "new", "UPDATE diagnosis_case SET token = 'another'", began)
    services.forget_gone(place / "new" / backups.DATABASE)
    assert Case.objects.get() == case
    change(place / "new", began.replace("'2030-01-01 00:00:00'", f"'{applied}'"))
    services.forget_gone(place / "new" / backups.DATABASE)
    assert not Case.objects.exists()


@kept_for_good
def test_a_newer_backup_keeps_its_cases_after_an_older_one_was_restored(place: Path, settings: Settings) -> None:
    first, newer, later = (place / "backups" / f"2026-11-0{day}T03-00-00-000000" for day in (1, 2, 3))
    kept, deleted = new_case(), new_case()
    backups.back_up(first)
    young = new_case()
    backups.back_up(newer)
    restore_elsewhere(first, place / "new", place / "new" / backups.DATABASE, settings)
    ((since, until),) = pairs(place / "new" / backups.DATABASE, "SELECT since, until FROM walness_restoration")
    Restoration.objects.create(since=since, until=until.replace(until[:10], "2026-11-02"))
    services.forget(Case.objects.filter(pk__in=[deleted.pk, young.pk]))
    backups.back_up(later)
    call_command("backup", place / "backups", verbosity=0)
    assert tokens(newer) == {kept.token, deleted.token, young.token}
    assert tokens(first) == tokens(later) == {kept.token}
    Restoration.objects.all().delete()


def test_a_backup_does_not_go_into_a_folder_that_holds_something(tmp_path: Path) -> None:
    (tmp_path / "something").touch()
    with pytest.raises(CommandError, match="is not empty"):
        backups.back_up(tmp_path)


@kept_for_good
def test_an_older_backup_forgets_what_was_taken_back_since(place: Path) -> None:
    kept, taken_back = new_case(), new_case()
    disease = Disease.objects.with_pair().filter(species=kept.species, body_site=kept.body_site).first()
    for case in (kept, taken_back):
        feedback = services.say_helpful(case, helpful=True)
        services.say_more(feedback, comment=f"said of {case.pk}", may_train=True)
        services.confirm(case, disease, by="owner")
    sessions = [new_session(), new_session()]
    backups.back_up(place / "later")
    change(
        place / "later",
        f"DELETE FROM diagnosis_confirmation WHERE case_id = {taken_back.pk}",
        f"UPDATE diagnosis_feedback SET may_train = 0, comment = '' WHERE case_id = {taken_back.pk}",
        f"DELETE FROM django_session WHERE session_key = '{sessions[0]}'",
    )
    services.forget_gone(place / "later" / backups.DATABASE)
    assert [found.case for found in Confirmation.objects.all()] == [kept]
    assert list(Feedback.objects.order_by("pk").values_list("case", "may_train", "comment")) == [
        (kept.pk, True, f"said of {kept.pk}"),
        (taken_back.pk, False, ""),
    ]
    assert [session.pk for session in Session.objects.all()] == [sessions[1]]
    Session.objects.all().delete()


def test_a_backup_that_is_interrupted_is_none_and_goes_with_the_next(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backups, "clean", lambda *_where, **_live: None)
    killed = place / "backups" / f"2026-11-01T03-00-00-000000{backups.UNFINISHED}"
    killed.mkdir(parents=True)
    (killed / backups.DATABASE).touch()
    with pytest.raises(CommandError, match="holds no backup"):
        call_command("restore", killed, verbosity=0)
    call_command("backup", place / "backups", verbosity=0)
    (made,) = (place / "backups").iterdir()
    assert made != killed and (made / backups.DATABASE).stat().st_size


def test_a_full_disk_is_told_in_a_sentence_and_leaves_no_half_of_a_backup(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_files: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(backups, "_copy_files", full)
    with pytest.raises(CommandError, match="Not done: .*No space left"):
        call_command("backup", place / "backups", verbosity=0)
    assert list((place / "backups").iterdir()) == []


def test_only_one_backup_or_restore_works_at_a_time(place: Path) -> None:
    with (
        backups.alone(),
        pytest.raises(CommandError, match="Another backup or restore is at work"),
        backups.alone(),
    ):
        pass


def test_a_cleaner_that_was_killed_is_told_in_a_sentence(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess, "run", lambda run, **_how: subprocess.CompletedProcess(run, -9, "", ""))
    with pytest.raises(CommandError, match=r"cannot be cleaned: it was ended \(-9\)"):
        backups.clean(place / "copy")


@pytest.mark.parametrize("content", [b"", b"no database" * 100])
def test_a_file_that_holds_no_tables_is_not_restored(place: Path, settings: Settings, content: bytes) -> None:
    (place / "copy").mkdir()
    (place / "copy" / backups.DATABASE).write_bytes(content)
    with pytest.raises(CommandError, match="no such table|not a database"), backups.alone():
        restore_elsewhere(place / "copy", place / "new", place / "new" / "walness.sqlite3", settings)
    assert list((place / "new").iterdir()) == []


def test_a_journal_that_was_left_is_not_written_into_what_is_restored(place: Path, settings: Settings) -> None:
    backups.back_up(place / "copy")
    (place / "cases.db-wal").touch()
    with pytest.raises(CommandError, match="cases.db-wal exists: move it away first"):
        restore_elsewhere(place / "copy", place / "new", place / "cases.db", settings)


def test_a_restore_removes_what_a_killed_one_left(
    place: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backups, "clean", lambda *_where, **_live: None)
    backups.back_up(place / "copy")
    left = place / "new" / f"{backups.RESTORING}x" / "media"
    left.mkdir(parents=True)
    restore_elsewhere(place / "copy", place / "new", place / "new" / "walness.sqlite3", settings)
    assert not left.exists() and (place / "new" / "walness.sqlite3").exists()


def new_session() -> str:
    store = SessionStore()
    store.create()
    return str(store.session_key)
