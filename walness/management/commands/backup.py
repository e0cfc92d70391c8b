"""Writes a backup while the service runs."""

import argparse
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from walness import backups
from walness.models import Restoration


class Command(BaseCommand):
    """`manage.py backup [FOLDER]`, every night; older backups there forget what has gone."""

    help = "Copy database and photos into a new folder inside FOLDER, and let the older ones forget what has gone."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, nargs="?", default=settings.DATA_DIR / "backups")

    def handle(self, *args: Any, folder: Path, **options: Any) -> str:
        target = folder / backups.moment()
        with backups.alone():
            backups.remove_unfinished(folder, f"{backups.MOMENT}{backups.UNFINISHED}")
            older = sorted(one for one in folder.glob("*") if (one / backups.DATABASE).exists())
            backups.back_up(target)
            problems = [problem for one in (target, *older) if (problem := _problem_of(one))]
        if problems:
            raise CommandError("\n".join([f"{target} written, but:", *problems]))
        return f"{target} written, {len(older)} older backups cleaned"


def _problem_of(backup: Path) -> str:
    """What kept a backup from being cleaned; one that is spoiled must not keep the others from it."""
    unknown = Restoration.objects.filter(since__lt=backup.name, until__gt=backup.name).exists()
    try:
        backups.clean(backup, live=None if unknown else backups.database())
    except CommandError as error:
        return str(error)
    return ""
