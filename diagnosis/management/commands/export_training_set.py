"""Writes the confirmed cases that may teach, with their owners' consent, as a set for training."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from diagnosis import services


class Command(BaseCommand):
    """`manage.py export_training_set FILE`."""

    help = "Write a zip with a table and pictures for each task: confirmed, consented and not expired cases only."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> str:
        with options["file"].open("wb") as file:
            count = services.export_training_set(file)
        return f"{count} pictures in {options['file']}"
