"""Following something up: kept by choice only, on a patient's timeline, with a reminder that tells nobody anything."""

from datetime import timedelta
from pathlib import Path
from unittest import mock
from urllib.parse import parse_qs, urlparse

import pytest
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar
from pytest_django import DjangoAssertNumQueries

from diagnosis import services
from diagnosis.models import Case, Patient, Species
from diagnosis.visitor import own_case
from tests.factories import answers, new_case

pytestmark = pytest.mark.usefixtures("room")


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


def test_a_case_is_kept_for_a_day_unless_its_owner_asks(client: Client) -> None:
    case = sent(client)
    assert days_left(case) == pytest.approx(1, abs=0.01)
    page = client.post(to("case_keep", case), {"days": "30"}, follow=True)
    assert days_left(case) == pytest.approx(30, abs=0.01)
    assert "kept until the day you chose" in page.text
    assert set(client.cookies) == {"csrf", "session"}  # the sentence needs no cookie of its own


@pytest.mark.parametrize("days", ["31", "0", "-1", "", "abc", "365"])
def test_nothing_is_kept_for_a_time_that_is_not_offered(client: Client, days: str) -> None:
    case = sent(client)
    client.post(to("case_keep", case), {"days": days})
    assert days_left(case) < 1.01
    with pytest.raises(ValueError, match="is kept for one of"):
        services.keep_longer(case, days=31)


def test_the_page_names_the_day_a_longer_case_goes(client: Client) -> None:
    case = sent(client)
    choices = client.get(case.get_absolute_url()).context["keep_choices"]
    assert [days for days, _until in choices] == [7, 30]
    client.post(to("case_keep", case), {"days": "30"})
    assert client.get(case.get_absolute_url()).context["keep_choices"] == []


def test_keeping_a_case_never_shortens_its_life(client: Client) -> None:
    case = sent(client)
    for days in ("30", "7"):
        client.post(to("case_keep", case), {"days": days})
    assert days_left(case) == pytest.approx(30, abs=0.01)


@pytest.mark.parametrize(
    ("name", "filled"),
    [
        ("case_keep", {"days": "7"}), ("case_patient", {"patient": ""}), ("case_share", {"days": "1"}),
        ("case_feedback", {"helpful": "yes"}), ("case_feedback_more", {"comment": "x", "found": "other"}),
    ],
)  # fmt: skip
def test_a_case_deleted_while_it_is_changed_is_a_404(client: Client, name: str, filled: dict[str, str]) -> None:
    case = sent(client)
    services.say_helpful(case, helpful=True)

    def found_and_gone(request: HttpRequest, token: str) -> Case:
        found = own_case(request, token)
        Case.objects.filter(pk=found.pk).delete()
        return found

    room = {"case_share": "handover", "case_keep": "care", "case_patient": "care"}.get(name, "opinions")
    with mock.patch(f"diagnosis.{room}.own_case", found_and_gone):
        assert client.post(to(name, case), filled).status_code == 404


def test_a_deleted_name_does_not_come_back_with_a_correction(client: Client) -> None:
    patient = patient_of(client)
    Patient.objects.all().delete()
    with pytest.raises(Patient.DoesNotExist):
        services.change_patient(patient, name="Nabi")
    assert not Patient.objects.exists()


def test_the_session_lives_as_long_as_the_case_it_opens(client: Client) -> None:
    case = sent(client)
    before = client.session.get_expiry_age()
    client.post(to("case_keep", case), {"days": "30"})
    assert before <= 86_400 < 29 * 86_400 < client.session.get_expiry_age() <= 30 * 86_400


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


def test_what_belongs_to_somebody_else_is_not_there(client: Client) -> None:
    case, patient = sent(client), patient_of(client)
    stranger = Client()
    strange = [
        stranger.get(to("case_reminder", case), {"days": "3"}), stranger.post(to("case_keep", case), {"days": "7"}),
        stranger.post(to("case_patient", case), {"patient": patient.token}),
        stranger.get(to("case_report", case)), stranger.get(to("case_share", case)),
        stranger.post(to("case_share", case), {"days": "1"}), stranger.post(to("case_share_end", case)),
        stranger.post(to("case_feedback", case), {"helpful": "yes"}), stranger.post(to("case_feedback_more", case)),
        stranger.get(patient.get_absolute_url()), stranger.post(f"{patient.get_absolute_url()}change/"),
        stranger.post(f"{patient.get_absolute_url()}delete/"),
        stranger.get(f"{patient.get_absolute_url()}compare/", {"earlier": case.pk, "later": case.pk}),
        stranger.get("/en/patients/", {"case": case.token}),
    ]  # fmt: skip
    assert [page.status_code for page in strange] == [404] * len(strange)
    mine = sent(stranger)
    assert stranger.post(to("case_patient", mine), {"patient": patient.token}).status_code == 404
    assert list(stranger.get("/en/patients/").context["patients"]) == []


def test_a_change_needs_a_post_and_a_token(client: Client) -> None:
    case, patient = sent(client), patient_of(client)
    addresses = [to(name, case) for name in ("case_keep", "case_patient", "case_share_end", "case_feedback")]
    addresses += [f"{patient.get_absolute_url()}delete/", "/en/account/claim/", "/en/account/close/"]
    assert [client.get(address).status_code for address in addresses] == [405] * len(addresses)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    refused = [*addresses, to("case_share", case), f"{patient.get_absolute_url()}change/", "/en/account/sign-up/"]
    assert [strict.post(address).status_code for address in refused] == [403] * len(refused)


def test_a_reminder_names_a_day_and_neither_finding_nor_case(client: Client) -> None:
    case = sent(client)
    response = client.get(to("case_reminder", case), {"days": "7"})
    assert response.headers["Content-Type"].startswith("text/calendar")
    entry = Calendar.from_ical(response.content).walk("VEVENT")[0]
    assert entry.decoded("dtstart") == timezone.localdate() + timedelta(days=7)
    assert case.token not in response.text
    assert all(str(candidate.disease) not in response.text for candidate in case.diagnosis.candidates.all())  # type: ignore[union-attr]
    assert client.get(to("case_reminder", case), {"days": "400"}).status_code == 404


def test_an_account_takes_over_what_the_browser_has(client: Client, room: Path) -> None:
    case, patient = sent(client), patient_of(client)
    password = "a-long-enough-phrase"
    filled = {"username": "bori", "password1": password, "password2": password}
    page = client.post("/en/account/sign-up/", filled, follow=True)
    assert (page.status_code, page.context["unclaimed"]) == (200, 1)
    assert User.objects.get().email == ""
    client.post("/en/account/claim/")
    elsewhere = Client()
    assert elsewhere.get(case.get_absolute_url()).status_code == 404
    elsewhere.post("/en/account/log-in/", {"username": "bori", "password": password})
    assert elsewhere.get(case.get_absolute_url()).status_code == 200
    assert elsewhere.get(patient.get_absolute_url()).status_code == 200
    elsewhere.post("/en/account/log-out/")
    assert elsewhere.get(case.get_absolute_url()).status_code == 404
    assert days_left(case) < 1.01  # an account keeps nothing longer by itself


def test_a_closed_account_leaves_nothing(
    client: Client, room: Path, django_capture_on_commit_callbacks: object
) -> None:
    client.force_login(User.objects.create_user("bori"), backend="django.contrib.auth.backends.ModelBackend")
    sent(client), patient_of(client)
    assert Case.objects.get().account is not None
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        assert client.post("/en/account/close/").status_code == 200
    assert not User.objects.exists() and not Case.objects.exists() and not Patient.objects.exists()
    assert not [path for path in room.rglob("*") if path.is_file()]


def test_what_is_in_no_account_outlives_a_log_out_in_its_browser(client: Client) -> None:
    unclaimed, patient = sent(client), patient_of(client)
    client.post(to("case_keep", unclaimed), {"days": "30"})
    client.force_login(User.objects.create_user("bori"), backend="django.contrib.auth.backends.ModelBackend")
    theirs = sent(client)
    client.post(to("case_patient", theirs), {"patient": patient.token})
    assert client.post("/en/account/log-out/").status_code == 302
    assert client.get(unclaimed.get_absolute_url()).status_code == 200
    assert client.session.get_expiry_age() > 29 * 86_400
    assert client.get(theirs.get_absolute_url()).status_code == 404  # the account's own closes with it
    assert client.get(patient.get_absolute_url()).context["cases"] == []


def test_closing_an_account_says_what_stays_in_the_browser(client: Client) -> None:
    unclaimed = sent(client)
    client.force_login(User.objects.create_user("bori"), backend="django.contrib.auth.backends.ModelBackend")
    assert "What is only in this browser stays" in client.get("/en/account/").text
    page = client.post("/en/account/close/")
    assert "1 case of this browser was not in it and is still kept." in page.text
    assert client.get(unclaimed.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("button", ["claim", "close"])
def test_a_button_pressed_after_a_log_out_elsewhere_leads_to_the_account(client: Client, button: str) -> None:
    person = User.objects.create_user("bori", password="a-long-enough-phrase")
    tab = Client(enforce_csrf_checks=True)
    tab.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    form = {"csrfmiddlewaretoken": str(tab.get("/en/account/").context["csrf_token"])}
    assert tab.post("/en/account/log-out/", form).status_code == 302
    page = tab.post(f"/en/account/{button}/", form)
    known = {"username": "bori", "password": "a-long-enough-phrase"}
    asked = client.post(page.headers["Location"], known, follow=True)
    assert (asked.status_code, asked.request["PATH_INFO"]) == (200, "/en/account/")


def test_the_page_after_a_deletion_can_be_read_in_another_language(client: Client) -> None:
    page = client.post(to("case_delete", sent(client)))
    asked = {"language": "ko", "next": page.context["back"]}
    assert client.post("/i18n/setlang/", asked, follow=True).status_code == 200


def test_a_staff_account_is_not_closed_from_the_pages(admin_client: Client) -> None:
    admin_client.post("/en/account/close/")
    assert User.objects.exists()


def test_an_account_page_asks_to_log_in(client: Client) -> None:
    page = client.get("/en/account/")
    assert page.status_code == 302
    assert parse_qs(urlparse(page.url).query) == {"next": ["/en/account/"]}  # type: ignore[attr-defined]
    assert client.get("/en/account/log-in/", {"next": "https://elsewhere.example/"}).status_code == 200


def test_a_weak_password_is_refused_with_its_reason(client: Client) -> None:
    page = client.post("/en/account/sign-up/", {"username": "bori", "password1": "short", "password2": "short"})
    assert page.status_code == 422
    assert "too short" in page.text and not User.objects.exists()


def test_a_timeline_needs_a_fixed_number_of_queries(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    owner, patient = sent(client).owner, patient_of(client)
    for _ in range(4):
        services.put_on_timeline(new_case(owner), patient)
    with django_assert_max_num_queries(10):
        assert len(client.get(patient.get_absolute_url()).context["cases"]) == 4
