"""Brings a backup back."""

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from walness import backups


class Command(BaseCommand):
    """`manage.py restore FOLDER`, with the service stopped and DATA_DIR empty."""

    help = "Bring the backup in FOLDER into DATA_DIR; refuses to overwrite a database."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, folder: Path, **options: Any) -> str:
        with backups.alone():
            backups.restore(folder)
        return f"{folder} restored"
