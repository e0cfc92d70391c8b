"""Loads the shipped diseases, notes, guides and household alerts; safe to repeat."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from diagnosis import catalogue, content_check


class Command(BaseCommand):
    """`manage.py load_catalogue [FOLDER]`."""

    help = "Load diseases, notes and the rest from TOML files. What was edited in the admin stays as it is."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", nargs="?", type=Path, default=content_check.CONTENT)
        parser.add_argument("--strict", action="store_true", help="Fail when an entry is wrong, instead of going on.")

    def handle(self, *args: Any, **options: Any) -> str:
        report = catalogue.load(options["folder"])
        for problem in report.problems:
            self.stderr.write(problem)
        summary = f"{report.written} rows new or changed, {report.kept} kept as edited, {len(report.problems)} problems"
        if report.problems and options["strict"]:
            raise CommandError(summary)
        return summary
