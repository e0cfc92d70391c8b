"""Copies of the database and the photos while people use them, and the way back."""

import fcntl
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError
from django.utils import timezone

DATABASE, MEDIA = "walness.sqlite3", "media"  # a backup is laid out like DATA_DIR
UNFINISHED = ".part"  # ends the name of what is not there whole yet
MOMENT = "????-??-??T??-??-??-??????"  # how a backup is named
RESTORING = "restoring-"  # begins the name of the folder in which a restore is prepared
BESIDE = ("", "-wal", "-shm", "-journal")  # a journal that is left would be written into whatever database comes


@contextmanager
def alone() -> Iterator[None]:
    """One backup or restore of this service at a time.

    Raises:
        CommandError: another one is at work, or a disk refuses, in one sentence.
    """
    try:
        here = os.open(settings.DATA_DIR, os.O_RDONLY)
        try:
            fcntl.flock(here, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield
        finally:
            os.close(here)
    except BlockingIOError as error:
        raise CommandError("Another backup or restore is at work.") from error
    except (OSError, sqlite3.Error) as error:
        raise CommandError(f"Not done: {error}") from error


def back_up(target: Path) -> None:
    """Write a copy of what is kept at this moment; it has its name once it is whole, and wants to be cleaned then."""
    if _holds_something(target):
        raise CommandError(f"{target} is not empty.")
    part = target.with_name(f"{target.name}{UNFINISHED}")
    part.mkdir(mode=0o700, parents=True)
    try:
        _copy_database(database(), part / DATABASE)
        _copy_files(Path(settings.MEDIA_ROOT), part / MEDIA)
        part.rename(target)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def remove_unfinished(folder: Path, pattern: str) -> None:
    """Remove what a killed backup or restore left: nobody would clean it; only for who is alone."""
    for one in folder.glob(pattern):
        shutil.rmtree(one)


def restore(source: Path) -> None:
    """Bring a backup into the empty place that the settings name: whole, or not at all."""
    photos = Path(settings.MEDIA_ROOT)
    if source.suffix == UNFINISHED or not (source / DATABASE).exists():
        raise CommandError(f"{source} holds no backup.")
    if there := [str(file) for file in map(_beside, BESIDE) if file.exists()]:
        raise CommandError(f"{', '.join(there)} exists: move it away first, a backup does not overwrite.")
    if _holds_something(photos):
        raise CommandError(f"{photos} is not empty: move it away first, a backup does not overwrite.")
    remove_unfinished(Path(settings.DATA_DIR), f"{RESTORING}*")
    with tempfile.TemporaryDirectory(prefix=RESTORING, dir=settings.DATA_DIR) as folder:
        stage = Path(folder)
        _copy_database(source / DATABASE, stage / DATABASE)
        _check(stage / DATABASE)
        _copy_files(source / MEDIA, stage / MEDIA)
        clean(stage)
        _remember(source, stage / DATABASE)
        _move(stage, photos)


def clean(folder: Path, *, live: Path | None = None) -> None:
    """Bring a backup up to date and let it forget: what is expired, what lacks its photo, and what ``live`` has not.

    Raises:
        CommandError: it cannot be done, in the last words of the process that tried.
    """
    # A process of its own, because its data folder is the backup.
    place = {"DATA_DIR": str(folder), "DATABASE_FILE": str(folder / DATABASE), "SECRET_KEY": settings.SECRET_KEY}
    run = [sys.executable, str(settings.BASE_DIR / "manage.py"), "clean_backup", *([str(live)] if live else [])]
    done = subprocess.run(run, env=os.environ | place, check=False, capture_output=True, text=True)
    if done.returncode:
        words = done.stderr.strip().splitlines() or [f"it was ended ({done.returncode})"]
        raise CommandError(f"{folder} cannot be cleaned: {words[-1]}")


def moment() -> str:
    """Now, as the name of a backup."""
    return f"{timezone.now():%Y-%m-%dT%H-%M-%S-%f}"


def _remember(source: Path, copy: Path) -> None:
    """What later backups hold is none that was deleted since: the database that comes back never knew it."""
    span = (source.name if source.match(MOMENT) else "", moment())
    with closing(sqlite3.connect(copy)) as opened, opened:
        opened.execute("INSERT INTO walness_restoration (since, until) VALUES (?, ?)", span)


def _move(stage: Path, photos: Path) -> None:
    """The database comes last, in one step: without one, a restore that was interrupted can be done again."""
    photos.mkdir(mode=0o700, parents=True, exist_ok=True)
    for shelf in (stage / MEDIA).glob("*"):
        shutil.move(shelf, photos / shelf.name)
    database().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    shutil.move(stage / DATABASE, _beside(UNFINISHED))  # another disk may hold it
    _beside(UNFINISHED).replace(database())


def _copy_database(source: Path, target: Path) -> None:
    """SQLite's own online copy: one consistent moment, whoever is writing."""
    target.touch(mode=0o600)
    reading, writing = sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True), sqlite3.connect(target)
    try:
        reading.backup(writing)
    finally:
        writing.close()
        reading.close()


def _check(copy: Path) -> None:
    """Refuse a file that SQLite would take for a new database, or that has been spoiled."""
    with closing(sqlite3.connect(copy)) as opened:
        opened.execute("SELECT 1 FROM django_migrations")
        (verdict,) = opened.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        raise CommandError(f"The backup is spoiled: {verdict}")


def _copy_files(source: Path, target: Path) -> None:
    """Photos never change, so any order will do; one that goes meanwhile was deleted by its owner."""
    for file in source.rglob("*"):
        copy = target / file.relative_to(source)
        if file.suffix in {".jpg", ".png"}:
            copy.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _copy(file, copy)


def _copy(file: Path, copy: Path) -> None:
    try:
        shutil.copy2(file, copy)
    except FileNotFoundError:
        copy.unlink(missing_ok=True)


def _holds_something(folder: Path) -> bool:
    return folder.exists() and any(folder.iterdir())


def database() -> Path:
    """Where the living database is."""
    return Path(str(settings.DATABASES["default"]["NAME"]))


def _beside(tail: str) -> Path:
    return database().with_name(f"{database().name}{tail}")
