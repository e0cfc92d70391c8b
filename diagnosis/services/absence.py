"""What a backup forgets before its time: what its owner has deleted from the living database since."""

from pathlib import Path

from django.contrib.auth import get_user_model
from django.db import connection

from diagnosis.models import Case, Patient, ShareLink
from diagnosis.services.follow_up import close_account
from diagnosis.services.removal import forget

_CASES = "SELECT id FROM main.diagnosis_case WHERE token NOT IN (SELECT token FROM live.diagnosis_case)"
_PATIENTS = "SELECT id FROM main.diagnosis_patient WHERE token NOT IN (SELECT token FROM live.diagnosis_patient)"
_LINKS = "SELECT id FROM main.diagnosis_sharelink WHERE digest NOT IN (SELECT digest FROM live.diagnosis_sharelink)"
_ACCOUNTS = "SELECT id FROM main.auth_user WHERE (id, date_joined) NOT IN (SELECT id, date_joined FROM live.auth_user)"
_GONE = (_CASES, _PATIENTS, _LINKS, _ACCOUNTS)
_BEGINNINGS = (
    "SELECT (SELECT applied FROM main.django_migrations ORDER BY id LIMIT 1)"
    " = (SELECT applied FROM live.django_migrations ORDER BY id LIMIT 1)"
)


def forget_gone(live: Path) -> None:
    """Remove the cases, patients, links and accounts that the database this is a copy of no longer has.

    Nothing goes when ``live`` began by itself, such as the empty database that a service makes after a loss.
    """
    with connection.cursor() as cursor:
        cursor.execute("ATTACH DATABASE %s AS live", [f"{live.resolve().as_uri()}?mode=ro"])
    copied = _ids(_BEGINNINGS) == [1]
    cases, patients, links, accounts = [_ids(query) if copied else [] for query in _GONE]
    with connection.cursor() as cursor:
        cursor.execute("DETACH DATABASE live")
    for account in get_user_model().objects.filter(pk__in=accounts):
        close_account(account)
    Patient.objects.filter(pk__in=patients).delete()
    ShareLink.objects.filter(pk__in=links).delete()
    forget(Case.objects.filter(pk__in=cases), figures_too=True)


def _ids(query: str) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return [row[0] for row in cursor.fetchall()]
