"""What is forgotten is gone: rows, files and the bytes in the database's journal."""

from datetime import timedelta
from functools import partial
from pathlib import Path

from django.contrib.sessions.backends.db import SessionStore
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils import timezone

from diagnosis.models import Case, Outcome, Patient, Photo, Removal
from diagnosis.models.case import CaseQuerySet
from diagnosis.services.files import unlink


def forget(cases: CaseQuerySet, *, figures_too: bool = False) -> int:
    """Remove cases with all that hangs on them, files too, and their bytes from the database's journal.

    A name goes with its last case, unless an account keeps it.
    The anonymous figure of a confirmed case stays when its time is over, and goes when its owner deletes it.
    """
    with transaction.atomic():
        if figures_too:
            Outcome.objects.filter(confirmation__case__in=cases).delete()
        photos = Photo.objects.filter(case__in=cases)
        names = [name for pair in photos.values_list("image", "heatmap") for name in pair]
        named = list(Patient.objects.filter(cases__in=cases, account__isnull=True).values_list("pk", flat=True))
        count = cases.count()
        cases.delete()
        Patient.objects.filter(pk__in=named, cases__isnull=True).delete()
        transaction.on_commit(partial(unlink, names))
    truncate_journal()
    return count


def purge() -> Removal:
    """Remove what is expired and what nobody owns, and write down how much that was.

    With it go the sessions whose time is over: each knows its browser's name.
    """
    SessionStore.clear_expired()
    cases = forget(Case.objects.expired()) if Case.objects.expired().exists() else 0
    removal = Removal(cases=cases, files=sweep())
    if removal.cases or removal.files:
        removal.save()
    return removal


def forget_incomplete() -> int:
    """Remove cases whose photos are not there: their owner deleted them while a backup was made."""
    lost = [photo.case_id for photo in Photo.objects.all() if not default_storage.exists(str(photo.image.name))]
    return forget(Case.objects.filter(pk__in=lost)) if lost else 0


def sweep(*, older_than: timedelta = timedelta(minutes=1)) -> int:
    """Remove files that no photo owns; young ones may belong to a case that is being written."""
    before = (timezone.now() - older_than).timestamp()
    root = Path(default_storage.path(""))
    owned = {name for pair in Photo.objects.values_list("image", "heatmap") for name in pair}
    strangers = (file for file in root.rglob("*") if str(file.relative_to(root)) not in owned)
    return sum(_swept(file, before) for file in strangers if file.is_file())


def _swept(file: Path, before: float) -> bool:
    """Whether this process removed it: another one may be sweeping the same folder."""
    try:
        old = file.stat().st_mtime < before
        if old:
            file.unlink()
    except FileNotFoundError:
        return False
    return old


def truncate_journal() -> None:
    """Rows live on in SQLite's write-ahead log until it is truncated; while others read, the clock tries again."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
