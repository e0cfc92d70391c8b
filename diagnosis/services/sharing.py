"""A case is handed over by a link, and the answer to it comes back by the same way."""

import secrets
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from diagnosis.models import Case, Confirmation, Disease, Outcome, ShareLink
from diagnosis.models.sharing import LINK_CHANGES, digest_of
from diagnosis.services.removal import truncate_journal


class LinkSpent(Exception):
    """The link has been used to tick too often; the page says so."""


@transaction.atomic
def share(case: Case, *, days: int) -> tuple[ShareLink, str]:
    """Make the case's link, which replaces the one before; the token is told once and kept nowhere.

    Raises:
        ValueError: that is longer than a link may live.
        Case.DoesNotExist: it was deleted meanwhile.
    """
    life = timedelta(days=days)
    if not timedelta(0) < life <= ShareLink.longest():
        raise ValueError(f"a link lives for at most {ShareLink.longest().days} days, not {days}")
    case.refresh_from_db(fields=["expires_at"])
    revoke(case)
    token = secrets.token_urlsafe(24)  # 192 bits
    expires_at = min(timezone.now() + life, case.expires_at)  # nothing outlives its case
    return ShareLink.objects.create(case=case, digest=digest_of(token), expires_at=expires_at), token


def revoke(case: Case) -> None:
    """End the case's link now."""
    ShareLink.objects.filter(case=case).delete()


@transaction.atomic
def confirm_by_link(link: ShareLink, disease: Disease | None, *, by: str) -> Confirmation:
    """Tick what was found, as often as the link allows.

    Raises:
        LinkSpent: it has been changed too often.
        ShareLink.DoesNotExist: it has ended meanwhile, or its case has.
    """
    link.refresh_from_db(fields=["digest"])
    spent = not ShareLink.objects.filter(pk=link.pk, changes__lt=LINK_CHANGES).update(changes=F("changes") + 1)
    if spent:
        raise LinkSpent
    return confirm(link.case, disease, by=by)


@transaction.atomic
def confirm(case: Case, disease: Disease | None, *, by: str) -> Confirmation:
    """Write what was found; None is something that is not on the list. A clinic's word is not overwritten by others.

    Raises:
        Case.DoesNotExist: it was deleted meanwhile.
    """
    case.refresh_from_db(fields=["token"])
    before = Confirmation.objects.filter(case=case).select_related("outcome").first()
    if before and before.by == Confirmation.By.CLINIC and by != Confirmation.By.CLINIC:
        return before
    outcome = _count(case, disease, before) if by == Confirmation.By.CLINIC else None
    values = {"disease": disease, "by": by, "outcome": outcome}
    return Confirmation.objects.update_or_create(case=case, defaults=values)[0]


def withdraw(case: Case) -> None:
    """Take a confirmation back, the figure as well."""
    Outcome.objects.filter(confirmation__case=case).delete()
    Confirmation.objects.filter(case=case).delete()
    truncate_journal()


def _count(case: Case, disease: Disease | None, before: Confirmation | None) -> Outcome | None:
    """The figure that stays: no case, no person, no day; one for each case however often it is ticked."""
    diagnosis = case.diagnosis
    if diagnosis is None:
        return None
    outcome = (before and before.outcome) or Outcome()
    outcome.task, outcome.version = diagnosis.model_version.task, diagnosis.model_version.version
    outcome.answered = diagnosis.top.disease if diagnosis.top else None
    outcome.confirmed = disease
    outcome.month = timezone.localdate().replace(day=1)
    outcome.save()
    return outcome
