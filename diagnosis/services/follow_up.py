"""What an owner decides after the answer: how long it is kept, whom it is about, and whose account it is in."""

from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from diagnosis.models import KEEP_DAYS, Case, Patient
from diagnosis.models.case import CaseQuerySet
from diagnosis.models.patient import PatientQuerySet
from diagnosis.services.removal import forget, truncate_journal


@transaction.atomic
def keep_longer(case: Case, *, days: int) -> Case:
    """Keep a case for so many days from its beginning, because its owner asked for it; never shorter than before.

    Raises:
        ValueError: that is none of the offered times.
        Case.DoesNotExist: it was deleted meanwhile.
    """
    if days not in KEEP_DAYS:
        raise ValueError(f"a case is kept for one of {KEEP_DAYS} days, not {days}")
    case.refresh_from_db(fields=["expires_at"])
    case.expires_at = max(case.expires_at, case.kept_until(days))
    case.save(update_fields=["expires_at"])
    return case


def add_patient(*, owner: str, account: int | None = None, **answers: Any) -> Patient:
    """Name somebody whose cases belong together."""
    return Patient.objects.create(owner=owner, account_id=account, **answers)


@transaction.atomic
def change_patient(patient: Patient, **answers: Any) -> Patient:
    """Write what the owner has corrected.

    Raises:
        Patient.DoesNotExist: it was deleted meanwhile.
    """
    patient.refresh_from_db()
    for name, value in answers.items():
        setattr(patient, name, value)
    patient.save()
    return patient


@transaction.atomic
def put_on_timeline(case: Case, patient: Patient | None) -> Case:
    """Say whom a case is about; None takes it off the timeline.

    Raises:
        ValueError: the patient is of another species.
        Case.DoesNotExist, Patient.DoesNotExist: one of them was deleted meanwhile.
    """
    if patient is not None and patient.species_id != case.species_id:
        raise ValueError("a case and its patient are of the same species")
    for row in filter(None, (case, patient)):
        row.refresh_from_db(fields=["token"])
    case.patient = patient
    case.save(update_fields=["patient"])
    return case


def forget_patient(patient: Patient) -> None:
    """Remove the name; its cases stay until their own time is over."""
    patient.delete()
    truncate_journal()


def forget_deserted_patients() -> int:
    """Remove names that no case needs any more and no account keeps."""
    count = Patient.objects.deserted().delete()[0]
    if count:
        truncate_journal()
    return count


@transaction.atomic
def claim(cases: CaseQuerySet, patients: PatientQuerySet, *, account: int) -> int:
    """Put a browser's cases and patients into an account, where its other browsers find them."""
    patients.filter(account__isnull=True).update(account=account)
    return cases.filter(account__isnull=True).update(account=account)


def close_account(account: AbstractBaseUser) -> None:
    """Remove an account with its cases, their files and its patients."""
    forget(Case.objects.filter(account=account.pk), figures_too=True)
    account.delete()
    truncate_journal()
