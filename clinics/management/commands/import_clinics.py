"""Fills the table of clinics from CSV files; without any, from those that come with the project."""

import csv
import gzip
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from tqdm import tqdm

from clinics.importing import COLUMNS, PROVIDER, UPDATED, BadRow, clinic_from
from clinics.models import Alias, Clinic

BUNDLED = Path(__file__).parents[2] / "data"
BATCH = 500  # rows a statement


class Command(BaseCommand):
    help = "Add or update clinics from register CSVs (.csv or .csv.gz); run again, it changes nothing twice."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="*", type=Path, help="default: the registers bundled with the project")

    def handle(self, *args: Any, **options: Any) -> str:
        files = options["files"] or sorted(BUNDLED.glob("*_kr_*.csv.gz"))
        rows = [row for file in files for row in _rows(file)]
        kept, skipped = self._read(rows, quiet=options["verbosity"] == 0, verbose=options["verbosity"] > 1)
        if not kept:
            raise CommandError(f"No clinic was imported: {skipped} rows skipped.")
        _leave_alone(kept)
        with transaction.atomic():
            Clinic.objects.bulk_create(
                kept.values(),
                batch_size=BATCH,
                update_conflicts=True,
                unique_fields=["provider", "external_id"],
                update_fields=UPDATED,
            )
        return f"{len(kept)} clinics imported, {skipped} rows skipped"

    def _read(self, rows: list[dict[str, str]], *, quiet: bool, verbose: bool) -> tuple[dict[str, Clinic], int]:
        """Clinics by id, the last row of an id winning, and the number of bad rows."""
        now = timezone.now()
        kept: dict[str, Clinic] = {}
        reasons: dict[str, list[str]] = {}
        for row in tqdm(rows, unit="clinic", disable=quiet):
            try:
                clinic = _clinic(row, now)
            except BadRow as error:
                reasons.setdefault(str(error), []).append(row.get("id") or "?")
                continue
            kept[clinic.external_id] = clinic
        self._report(reasons, quiet=quiet, verbose=verbose)
        return kept, sum(map(len, reasons.values()))

    def _report(self, reasons: dict[str, list[str]], *, quiet: bool, verbose: bool) -> None:
        """One line a reason; with -v 2 every id, so that the register's keeper can be told."""
        for reason, ids in reasons.items() if not quiet else ():
            shown = ids if verbose else ids[:3]
            more = f" and {len(ids) - len(shown)} more" if len(ids) > len(shown) else ""
            tqdm.write(f"skipped, {reason}: {', '.join(shown)}{more}", file=self.stderr)


def _clinic(row: dict[str, str], now: datetime) -> Clinic:
    try:
        return clinic_from(row, fetched_at=now)
    except (KeyError, AttributeError) as error:  # a column, or the end of the line, is missing
        raise BadRow("columns are missing") from error


def _leave_alone(kept: dict[str, Clinic]) -> None:
    """What people have merged or edited stays as they left it."""
    merged, edited = Alias.objects.filter(provider=PROVIDER), Clinic.objects.filter(provider=PROVIDER, edited=True)
    for rows in (merged, edited):
        for external_id in rows.values_list("external_id", flat=True):
            kept.pop(external_id, None)


def _rows(file: Path) -> Iterator[dict[str, str]]:
    try:
        table = csv.DictReader(StringIO(_text(file), newline=""))
        missing = COLUMNS - set(table.fieldnames or ())
        if missing:
            columns = ", ".join(sorted(missing))
            raise CommandError(f"{file} is no table of clinics with commas: it lacks the columns {columns}")
        yield from table
    except (OSError, EOFError, UnicodeDecodeError, csv.Error) as error:
        raise CommandError(f"{file} cannot be read: {error}") from error


def _text(file: Path) -> str:
    """UTF-8, or the encoding in which the register itself hands out its files."""
    raw = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp949")
