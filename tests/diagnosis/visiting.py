"""What a visitor does in many tests: sends a photo, names a patient."""

from datetime import timedelta

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from diagnosis.models import Case, Patient, Species
from tests.factories import answers


def sent(client: Client, **changes: object) -> Case:
    """A case of this visitor."""
    client.post("/en/cases/", answers(**changes))
    return Case.objects.first()  # type: ignore[return-value]


def to(name: str, case: Case) -> str:
    return reverse(f"diagnosis:{name}", args=[case.token])


def patient_of(client: Client, **changes: object) -> Patient:
    """A patient of this visitor."""
    filled = {"name": "Bori", "species": Species.objects.get(code="dog").pk, "breed": "", "birth_year": "2019"}
    assert client.post("/en/patients/", filled | changes).status_code == 302
    return Patient.objects.latest("pk")


def days_left(case: Case) -> float:
    case.refresh_from_db()
    return (case.expires_at - timezone.now()) / timedelta(days=1)
