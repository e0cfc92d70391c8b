"""An account takes over what a browser has, keeps nothing longer by itself, and goes with all that is in it."""

from pathlib import Path
from urllib.parse import parse_qs, urlparse

import pytest
from django.contrib.auth.models import User
from django.test import Client

from diagnosis import services
from diagnosis.models import Case, Outcome, Patient
from tests.diagnosis.visiting import days_left, patient_of, sent, to

pytestmark = pytest.mark.usefixtures("room")


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
    case, _patient = sent(client), patient_of(client)
    services.confirm(case, None, by="clinic")
    assert Case.objects.get().account is not None and Outcome.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        assert client.post("/en/account/close/").status_code == 200
    assert not any(table.objects.exists() for table in (User, Case, Patient, Outcome))
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


def test_a_browser_may_fill_in_what_an_account_asks_for(client: Client) -> None:
    page = client.get("/en/account/sign-up/").text
    assert [f'autocomplete="{kind}"' in page for kind in ("username", "email", "new-password")] == [True] * 3


def test_a_wrong_password_is_told_in_natural_korean(client: Client) -> None:
    page = client.post("/ko/account/log-in/", {"username": "nobody", "password": "wrong"}).text
    assert "사용자 이름이나 비밀번호가 맞지 않아요." in page
