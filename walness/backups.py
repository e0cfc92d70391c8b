"""Copies of the database and the photos while people use them, and the way back."""

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError

DATABASE, MEDIA = "walness.sqlite3", "media"  # a backup is laid out like DATA_DIR


def back_up(target: Path) -> None:
    """Write a copy of what is kept at this moment into an empty folder; it wants to be cleaned."""
    if _holds_something(target):
        raise CommandError(f"{target} is not empty.")
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    _copy_database(database(), target / DATABASE)
    _copy_files(Path(settings.MEDIA_ROOT), target / MEDIA)


def restore(source: Path) -> None:
    """Bring a backup into the empty place that the settings name: whole, or not at all."""
    photos = Path(settings.MEDIA_ROOT)
    if not (source / DATABASE).exists():
        raise CommandError(f"{source} holds no backup.")
    if database().exists():
        raise CommandError(f"{database()} exists: move it away first, a backup does not overwrite.")
    if _holds_something(photos):
        raise CommandError(f"{photos} is not empty: move it away first, a backup does not overwrite.")
    with tempfile.TemporaryDirectory(prefix="restoring-", dir=settings.DATA_DIR) as folder:
        stage = Path(folder)
        _copy_database(source / DATABASE, stage / DATABASE)
        _copy_files(source / MEDIA, stage / MEDIA)
        clean(stage)
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
        raise CommandError(f"{folder} cannot be cleaned: {done.stderr.strip().splitlines()[-1]}")


def _move(stage: Path, photos: Path) -> None:
    """The database comes last: without one, a restore that was interrupted can be done again."""
    photos.mkdir(mode=0o700, parents=True, exist_ok=True)
    for shelf in (stage / MEDIA).glob("*"):
        shutil.move(shelf, photos / shelf.name)
    database().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    shutil.move(stage / DATABASE, database())


def _copy_database(source: Path, target: Path) -> None:
    """SQLite's own online copy: one consistent moment, whoever is writing."""
    target.touch(mode=0o600)
    reading, writing = sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True), sqlite3.connect(target)
    try:
        reading.backup(writing)
    finally:
        writing.close()
        reading.close()


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
