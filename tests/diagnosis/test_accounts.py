"""An account takes over what a browser has, keeps nothing longer by itself, and goes with all that is in it."""

from pathlib import Path
from urllib.parse import parse_qs, urlparse

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from diagnosis import services
from diagnosis.models import Case, Outcome, Patient
from tests.diagnosis.visiting import days_left, patient_of, sent, to

pytestmark = pytest.mark.usefixtures("room")
OLD, NEW = "a-long-enough-phrase", "another-long-phrase"
CHANGED = {"old_password": OLD, "new_password1": NEW, "new_password2": NEW}


def account_in(*clients: Client) -> User:
    """An account that is logged in in these browsers."""
    person = User.objects.create_user("bori", password=OLD)
    for client in clients:
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return person


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
    account_in(client)
    case, _patient = sent(client), patient_of(client)
    services.confirm(case, None, by="clinic")
    assert Case.objects.get().account is not None and Outcome.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        assert client.post("/en/account/close/", {"old_password": OLD}).status_code == 200
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
    account_in(client)
    assert "What is only in this browser stays" in client.get("/en/account/close/").text
    page = client.post("/en/account/close/", {"old_password": OLD})
    assert "1 case of this browser was not in it and is still kept." in page.text
    assert client.get(unclaimed.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("password", ["", NEW])
def test_an_account_goes_only_with_its_password(client: Client, password: str) -> None:
    account_in(client)
    asked = client.get("/en/account/close/").text
    assert "its cases, photos and timelines" in asked and "cannot be undone" in asked
    assert client.post("/en/account/close/", {"old_password": password}).status_code == 422
    assert User.objects.exists()


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


def test_a_new_password_is_set_for_the_old_one(client: Client) -> None:
    account_in(client)
    assert "/en/account/password/" in client.get("/en/account/").text
    page = client.post("/en/account/password/", CHANGED, follow=True)
    assert (page.status_code, page.request["PATH_INFO"]) == (200, "/en/account/")
    assert "Your password is changed." in page.text
    assert User.objects.get().check_password(NEW)


def test_a_new_password_ends_the_sessions_elsewhere_and_not_what_is_only_in_their_browser(client: Client) -> None:
    elsewhere = Client()
    unclaimed, theirs = sent(elsewhere), account_in(client, elsewhere)
    claimed = sent(client)
    assert elsewhere.get(claimed.get_absolute_url()).status_code == 200
    client.post("/en/account/password/", CHANGED)
    assert client.get(claimed.get_absolute_url()).status_code == 200 and theirs.pk == claimed.account_id
    assert elsewhere.get(claimed.get_absolute_url()).status_code == 404
    assert elsewhere.get("/en/account/").status_code == 302
    assert elsewhere.get(unclaimed.get_absolute_url()).status_code == 200


@pytest.mark.parametrize(("language", "wrong", "sentence"), [
    ("en", {"old_password": NEW}, "This is not your password."),
    ("ko", {"old_password": NEW}, "지금 쓰는 비밀번호와 달라요."),
    ("en", {"new_password1": "short", "new_password2": "short"}, "too short"),
    ("en", {"new_password2": OLD}, "didn’t match"),
])  # fmt: skip
def test_a_refused_new_password_is_explained_and_no_password_is_sent_back(
    client: Client, language: str, wrong: dict[str, str], sentence: str
) -> None:
    account_in(client)
    page = client.post(f"/{language}/account/password/", CHANGED | wrong)
    assert page.status_code == 422 and sentence in page.text
    assert OLD not in page.text and NEW not in page.text
    assert User.objects.get().check_password(OLD)


@pytest.mark.parametrize("page", ["password", "close"])
def test_the_password_of_an_open_browser_cannot_be_tried_for_long(
    client: Client, settings: Settings, page: str
) -> None:
    settings.AXES_ENABLED = True
    account_in(client)
    wrong = CHANGED | {"old_password": "wr0ng-guess"}
    assert [client.post(f"/en/account/{page}/", wrong).status_code for _ in range(5)] == [422, 422, 422, 422, 429]
    assert client.post(f"/en/account/{page}/", CHANGED).status_code == 429
    assert User.objects.get().check_password(OLD)
    kept = " ".join(AccessAttempt.objects.values_list("post_data", flat=True))
    assert kept and "wr0ng-guess" not in kept and NEW not in kept


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
