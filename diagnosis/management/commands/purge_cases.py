"""Removes the cases whose time is over, and files that no case owns."""

from typing import Any

from django.core.management.base import BaseCommand

from diagnosis import services


class Command(BaseCommand):
    """`manage.py purge_cases`, every few minutes."""

    help = "Remove expired cases with their photos, and files left behind by an interrupted request."

    def handle(self, *args: Any, **options: Any) -> str:
        try:
            removal = services.purge()
        finally:  # what fails is told in the end, and keeps nothing else from being forgotten
            services.forget_deserted_patients()
        return f"{removal.cases} expired cases and {removal.files} orphan files removed"
