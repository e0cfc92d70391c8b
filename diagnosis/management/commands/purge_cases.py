"""Removes the cases whose time is over, and files that no case owns."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand

from diagnosis import services


class Command(BaseCommand):
    """`manage.py purge_cases`, every few minutes."""

    help = "Remove expired cases with their photos, and files left behind by an interrupted request."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--incomplete", action="store_true", help="also cases that lack a photo, as in a backup")

    def handle(self, *args: Any, incomplete: bool = False, **options: Any) -> str:
        if incomplete:
            services.forget_incomplete()
        removal = services.purge()
        services.forget_deserted_patients()
        return f"{removal.cases} expired cases and {removal.files} orphan files removed"
