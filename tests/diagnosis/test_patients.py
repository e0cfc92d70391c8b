"""Patients: named by their owner, followed on a timeline, and forgotten with their last case."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from diagnosis import services
from diagnosis.models import Case, Patient, Species
from tests.diagnosis.visiting import patient_of, sent, to
from tests.factories import new_case

pytestmark = pytest.mark.usefixtures("room")


def test_a_deleted_name_does_not_come_back_with_a_correction(client: Client) -> None:
    patient = patient_of(client)
    Patient.objects.all().delete()
    with pytest.raises(Patient.DoesNotExist):
        services.change_patient(patient, name="Nabi")
    assert not Patient.objects.exists()


def test_a_patient_s_timeline_shows_its_cases_newest_first(client: Client) -> None:
    first, second = sent(client), sent(client)
    patient = patient_of(client)
    for case in (first, second):
        assert client.post(to("case_patient", case), {"patient": patient.token}).status_code == 302
    page = client.get(patient.get_absolute_url())
    assert page.context["cases"] == [second, first]
    assert "Bori" in page.text and "2019" in page.text and "2,019" not in page.text


def test_a_timeline_can_begin_with_a_case(client: Client) -> None:
    case = sent(client)
    form = client.get("/en/patients/", {"case": case.token})
    assert form.context["form"].initial["species"] == case.species
    client.post(f"/en/patients/?case={case.token}", {"name": "Bori", "species": case.species_id})
    case.refresh_from_db()
    assert case.patient is not None and case.patient.name == "Bori"


def test_a_cat_does_not_come_onto_a_dog_s_timeline(client: Client) -> None:
    case = sent(client)
    cat = patient_of(client, species=Species.objects.get(code="cat").pk)
    assert client.post(to("case_patient", case), {"patient": cat.token}).status_code == 404
    with pytest.raises(ValueError, match="same species"):
        services.put_on_timeline(case, cat)


@pytest.mark.parametrize("year", ["1899", "19", "2999", "soon"])
def test_a_year_of_birth_is_a_year(client: Client, year: str) -> None:
    filled = {"name": "Bori", "species": Species.objects.get(code="dog").pk, "birth_year": year}
    assert client.post("/en/patients/", filled).status_code == 422
    assert not Patient.objects.exists()


def test_a_patient_can_be_corrected_and_deleted_without_its_cases(client: Client) -> None:
    case, patient = sent(client), patient_of(client)
    client.post(to("case_patient", case), {"patient": patient.token})
    changed = {"name": "Nabi", "species": patient.species_id, "breed": "Mixed"}
    assert client.post(f"{patient.get_absolute_url()}change/", changed).status_code == 302
    patient.refresh_from_db()
    assert (patient.name, patient.breed, patient.birth_year) == ("Nabi", "Mixed", None)
    client.post(f"{patient.get_absolute_url()}delete/")
    assert not Patient.objects.exists()
    assert Case.objects.get().patient is None


def test_a_name_goes_when_its_last_case_is_gone(client: Client) -> None:
    empty, full, young = patient_of(client), patient_of(client), patient_of(client)
    services.put_on_timeline(sent(client), full)
    Patient.objects.exclude(pk=young.pk).update(created_at=timezone.now() - timedelta(days=2))
    services.forget_deserted_patients()
    assert set(Patient.objects.all()) == {full, young}
    assert not Patient.objects.filter(pk=empty.pk).exists()


def test_a_name_goes_at_once_with_the_last_photo_that_its_owner_deletes(client: Client) -> None:
    first, last, patient = sent(client), sent(client), patient_of(client)
    for case in (first, last):
        services.put_on_timeline(case, patient)
    client.post(f"{first.get_absolute_url()}delete/")
    assert Patient.objects.filter(pk=patient.pk).exists()
    client.post(f"{last.get_absolute_url()}delete/")
    assert not Patient.objects.filter(pk=patient.pk).exists()


def test_an_account_keeps_a_name_without_photos(django_user_model: type[User]) -> None:
    account = django_user_model.objects.create_user("keeper", password="long enough 2026")
    case = new_case("a browser")
    patient = Patient.objects.create(owner="a browser", account=account, name="Kong", species=case.species)
    services.put_on_timeline(case, patient)
    services.forget(Case.objects.filter(pk=case.pk))
    assert Patient.objects.filter(pk=patient.pk).exists()


def test_a_timeline_needs_a_fixed_number_of_queries(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    owner, patient = sent(client).owner, patient_of(client)
    for _ in range(4):
        services.put_on_timeline(new_case(owner), patient)
    with django_assert_max_num_queries(10):
        assert len(client.get(patient.get_absolute_url()).context["cases"]) == 4
