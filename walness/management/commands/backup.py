"""Writes a backup while the service runs."""

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from walness import backups


class Command(BaseCommand):
    """`manage.py backup FOLDER`, every night; older backups there forget what is expired."""

    help = "Copy database and photos into a new folder inside FOLDER, and let the older ones forget expired cases."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, folder: Path, **options: Any) -> str:
        older = [one for one in folder.glob("*") if (one / backups.DATABASE).exists()]
        target = folder / f"{timezone.now():%Y-%m-%dT%H-%M-%S-%f}"
        backups.back_up(target)
        for one in older:
            backups.clean(one)
        return f"{target} written, {len(older)} older backups cleaned"
