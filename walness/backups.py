"""Copies of the database and the photos while people use them, and the way back."""

import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError

DATABASE, MEDIA = "walness.sqlite3", "media"  # a backup is laid out like DATA_DIR


def back_up(target: Path) -> None:
    """Write a backup of what is kept at this moment into an empty folder."""
    _refuse_full(target)
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    _copy_database(_database(), target / DATABASE)
    _copy_files(Path(settings.MEDIA_ROOT), target / MEDIA)
    clean(target)


def restore(source: Path) -> None:
    """Bring a backup into the empty place that the settings name."""
    if not (source / DATABASE).exists():
        raise CommandError(f"{source} holds no backup.")
    if _database().exists():
        raise CommandError(f"{_database()} exists: move it away first, a backup does not overwrite.")
    _copy_database(source / DATABASE, _database())
    _copy_files(source / MEDIA, Path(settings.MEDIA_ROOT))
    clean(_database().parent, database=_database())


def clean(folder: Path, *, database: Path | None = None) -> None:
    """Forget there what is expired by now, and what its owner deleted while it was copied.

    The same purge as ever does it, in a process whose data folder is that one: a backup keeps no photo longer.
    """
    place = {"DATA_DIR": str(folder), "DATABASE_FILE": str(database or folder / DATABASE)}
    environment = os.environ | {"SECRET_KEY": settings.SECRET_KEY} | place
    run = [sys.executable, str(settings.BASE_DIR / "manage.py"), "purge_cases", "--incomplete"]
    subprocess.run(run, env=environment, check=True, capture_output=True)


def _copy_database(source: Path, target: Path) -> None:
    """SQLite's own online copy: one consistent moment, whoever is writing."""
    target.touch(mode=0o600)
    reading, writing = sqlite3.connect(f"file:{source}?mode=ro", uri=True), sqlite3.connect(target)
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


def _refuse_full(target: Path) -> None:
    if target.exists() and any(target.iterdir()):
        raise CommandError(f"{target} is not empty.")


def _database() -> Path:
    return Path(str(settings.DATABASES["default"]["NAME"]))
