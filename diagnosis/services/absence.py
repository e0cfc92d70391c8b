"""What a backup forgets before its time: what its owner has deleted from the living database since."""

from pathlib import Path

from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.db import connection

from diagnosis.models import Case, Feedback, Patient, ShareLink
from diagnosis.services.follow_up import close_account
from diagnosis.services.removal import forget
from diagnosis.services.sharing import withdraw

_CASES = "SELECT id FROM main.diagnosis_case WHERE token NOT IN (SELECT token FROM live.diagnosis_case)"
_PATIENTS = "SELECT id FROM main.diagnosis_patient WHERE token NOT IN (SELECT token FROM live.diagnosis_patient)"
_LINKS = "SELECT id FROM main.diagnosis_sharelink WHERE digest NOT IN (SELECT digest FROM live.diagnosis_sharelink)"
_ACCOUNTS = "SELECT id FROM main.auth_user WHERE (id, date_joined) NOT IN (SELECT id, date_joined FROM live.auth_user)"
_SESSIONS = (
    "SELECT session_key FROM main.django_session WHERE session_key NOT IN (SELECT session_key FROM live.django_session)"
)
_CONFIRMED = (
    "SELECT case_id FROM main.diagnosis_confirmation JOIN main.diagnosis_case ours ON ours.id = case_id"
    " JOIN live.diagnosis_case theirs USING (token)"
    " WHERE theirs.id NOT IN (SELECT case_id FROM live.diagnosis_confirmation)"
)
_SAID = (
    "SELECT old.id FROM main.diagnosis_feedback old JOIN main.diagnosis_case ours ON ours.id = old.case_id"
    " JOIN live.diagnosis_case theirs USING (token) JOIN live.diagnosis_feedback new ON new.case_id = theirs.id"
    " WHERE old.may_train > new.may_train OR old.comment != new.comment"
)
_GONE = (_CASES, _PATIENTS, _LINKS, _ACCOUNTS, _SESSIONS, _CONFIRMED, _SAID)
_BEGINNINGS = (
    "SELECT (SELECT applied FROM main.django_migrations ORDER BY id LIMIT 1)"
    " = (SELECT applied FROM live.django_migrations ORDER BY id LIMIT 1)"
)


def forget_gone(live: Path) -> None:
    """Remove the cases, patients, links, accounts and sessions that the database this is a copy of no longer has.

    With them go the findings, consents and comments that were taken back there.

    Nothing goes when ``live`` began by itself, such as the empty database that a service makes after a loss.
    """
    with connection.cursor() as cursor:
        cursor.execute("ATTACH DATABASE %s AS live", [f"{live.resolve().as_uri()}?mode=ro"])
    copied = _ids(_BEGINNINGS) == [1]
    cases, patients, links, accounts, sessions, confirmed, said = [_ids(query) if copied else [] for query in _GONE]
    with connection.cursor() as cursor:
        cursor.execute("DETACH DATABASE live")
    for account in get_user_model().objects.filter(pk__in=accounts):
        close_account(account)
    Patient.objects.filter(pk__in=patients).delete()
    ShareLink.objects.filter(pk__in=links).delete()
    Session.objects.filter(pk__in=sessions).delete()
    for case in Case.objects.filter(pk__in=confirmed):
        withdraw(case)
    Feedback.objects.filter(pk__in=said).update(may_train=False, comment="")
    forget(Case.objects.filter(pk__in=cases), figures_too=True)


def _ids(query: str) -> list[int | str]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return [row[0] for row in cursor.fetchall()]
