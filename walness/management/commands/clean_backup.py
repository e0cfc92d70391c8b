"""Lets a backup forget; `backup` and `restore` run it in a process whose data folder is that backup."""

import argparse
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from diagnosis import services
from walness.quota import forget_clients


class Command(BaseCommand):
    """`DATA_DIR=BACKUP manage.py clean_backup [LIVE]`."""

    help = "Bring a backup's tables up to date, and remove what is expired, incomplete, or no longer in LIVE."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("live", type=Path, nargs="?", help="the living database")

    def handle(self, *args: Any, live: Path | None = None, **options: Any) -> None:
        call_command("migrate", verbosity=0)
        services.purge()  # first: the figures of a case whose time is over stay, those of a deleted one do not
        if live:
            services.forget_gone(live)
        services.forget_incomplete()
        services.forget_deserted_patients()
        forget_clients()
