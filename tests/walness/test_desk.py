"""The admin's door: passwords cannot be tried for long, a second factor is possible, sessions end."""

import re
from io import StringIO
from typing import Any
from unittest import mock

import pytest
from axes.models import AccessAttempt
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.utils import label_for_field
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.test import Client, RequestFactory
from django.utils import translation
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice
from pytest_django import Settings

from tests.factories import answers

pytestmark = pytest.mark.django_db
KOREAN = re.compile("[가-힣]")
LOGIN, DESK = "/admin/login/", "/admin/"
PASSWORD = "thistle-anvil-lantern"  # pragma: allowlist secret


@pytest.fixture
def owner(settings: Settings) -> User:
    """A superuser; django-axes is switched on, as it is outside the tests."""
    settings.AXES_ENABLED = True
    settings.LANGUAGE_CODE = "en"
    return User.objects.create_superuser("owner", password=PASSWORD)


def log_in(client: Client, password: str = PASSWORD, *, name: str = "owner", **fields: str) -> int:
    return client.post(LOGIN, {"username": name, "password": password, "next": DESK, **fields}).status_code


@pytest.mark.parametrize("name", ["owner", "nobody-of-that-name"])
def test_after_five_wrong_passwords_even_the_right_one_waits_a_quarter_of_an_hour(owner: User, name: str) -> None:
    client = Client()
    assert [log_in(client, "wrong", name=name) for _ in range(5)] == [200, 200, 200, 200, 429]
    response = client.post(LOGIN, {"username": name, "password": PASSWORD})
    assert (response.status_code, response.headers["Retry-After"]) == (429, "900")
    assert client.get(DESK).status_code == 302


def test_the_wait_is_over_after_a_quarter_of_an_hour(owner: User) -> None:
    from datetime import timedelta

    client = Client()
    assert [log_in(client, "wrong") for _ in range(5)][-1] == 429
    for attempt in AccessAttempt.objects.all():
        AccessAttempt.objects.filter(pk=attempt.pk).update(attempt_time=attempt.attempt_time - timedelta(minutes=16))
    assert log_in(client) == 302


def test_nobody_locks_the_owner_out_from_elsewhere(owner: User) -> None:
    stranger = Client(REMOTE_ADDR="203.0.113.9")
    assert [log_in(stranger, "wrong") for _ in range(6)][-1] == 429
    assert log_in(Client()) == 302


def test_a_name_that_does_not_exist_costs_and_says_the_same(owner: User) -> None:
    pages, hashed = [], []
    for name in ("owner", "nobody-of-that-name"):
        with mock.patch.object(
            MD5PasswordHasher, "encode", autospec=True, side_effect=MD5PasswordHasher.encode
        ) as work:
            page = Client().post(LOGIN, {"username": name, "password": "wrong"})
        pages.append(re.sub(r'value="[^"]*"', "", page.text))
        hashed.append(work.call_count)
    assert pages[0] == pages[1]
    assert hashed == [1, 1]


def test_attempts_are_counted_in_the_database_without_an_address(owner: User) -> None:
    log_in(Client(REMOTE_ADDR="203.0.113.9"), "wrong")
    attempt = AccessAttempt.objects.get()
    assert str(attempt.ip_address).startswith("fd")


def test_of_a_wrong_password_only_the_name_the_browser_and_the_page_are_kept(owner: User) -> None:
    log_in(Client(headers={"User-Agent": "Browser"}), "wr0ng", otp_token="123456", csrfmiddlewaretoken="mark")
    attempt = AccessAttempt.objects.get()
    assert (attempt.username, attempt.user_agent, attempt.path_info) == ("owner", "Browser", LOGIN)
    assert not any(word in attempt.get_data + attempt.post_data for word in ("wr0ng", "123456", "mark"))


def test_the_log_of_wrong_passwords_names_nobody(owner: User, caplog: pytest.LogCaptureFixture) -> None:
    assert [log_in(Client(REMOTE_ADDR="203.0.113.9"), "wr0ng") for _ in range(5)][-1] == 429
    assert "owner" not in caplog.text and "203.0.113" not in caplog.text and "wr0ng" not in caplog.text


def test_a_password_opens_the_admin_where_there_is_no_second_factor(owner: User) -> None:
    client = Client()
    assert log_in(client) == 302
    assert client.get(DESK).status_code == 200


def device_of(owner: User) -> TOTPDevice:
    device: TOTPDevice = TOTPDevice.objects.create(user=owner, name="phone", confirmed=True)
    return device


@pytest.mark.parametrize(("language", "asked"), [("ko", "숫자 6자리도 함께"), ("en", "add the six digits")])
def test_the_second_factor_is_asked_for_in_the_editor_s_language(owner: User, language: str, asked: str) -> None:
    device_of(owner)
    page = Client(headers={"Accept-Language": language}).post(LOGIN, {"username": "owner", "password": PASSWORD}).text
    assert asked in page
    assert "OTP" not in page and "otp_challenge" not in page  # an app is not asked for a challenge


@pytest.mark.parametrize("digits", ["", "000000"])
def test_the_page_that_asks_for_the_digits_does_not_carry_the_password(owner: User, digits: str) -> None:
    device_of(owner)
    page = Client().post(LOGIN, {"username": "owner", "password": PASSWORD, "otp_token": digits})
    assert page.context["form"].non_field_errors() and PASSWORD not in page.text


def test_with_a_second_factor_the_password_alone_opens_nothing(owner: User) -> None:
    device_of(owner)
    client = Client()
    assert log_in(client) == 200
    assert client.get(DESK).status_code == 302
    assert log_in(client, otp_token="000000") == 200


def test_with_the_second_factor_s_number_it_opens(owner: User) -> None:
    number = f"{totp(device_of(owner).bin_key):06d}"
    client = Client()
    assert log_in(client, otp_token=number) == 302
    assert client.get(DESK).status_code == 200


def test_a_session_that_skipped_the_second_factor_opens_nothing(owner: User) -> None:
    device_of(owner)
    client = Client()
    client.force_login(owner, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(DESK).status_code == 302


@pytest.mark.parametrize(("passes", "open_"), [([29 * 60] * 3, True), ([31 * 60], False), ([29 * 60] * 17, False)])
def test_staff_are_logged_out_when_idle_and_after_eight_hours(
    owner: User, monkeypatch: pytest.MonkeyPatch, passes: list[int], open_: bool
) -> None:
    client, now = Client(), 1_800_000_000
    monkeypatch.setattr("walness.desk.time.time", lambda: now)
    client.force_login(owner, backend="django.contrib.auth.backends.ModelBackend")
    client.get(DESK)
    for seconds in passes:
        now += seconds
        status = client.get(DESK).status_code
    assert (status == 200) is open_


@pytest.mark.parametrize("way", ["idle", "logged out"])
@pytest.mark.usefixtures("room")
def test_what_a_member_of_staff_sent_as_a_visitor_outlives_the_desk_s_session(
    owner: User, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    client, now = Client(), 1_800_000_000
    monkeypatch.setattr("walness.desk.time.time", lambda: now)
    address = client.post("/en/cases/", answers()).headers["Location"]
    client.force_login(owner, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(DESK).status_code == 200
    if way == "idle":
        now += 31 * 60
    else:
        assert client.post("/admin/logout/").status_code == 200
    assert client.get(DESK).status_code == 302
    assert client.get(address).status_code == 200


@pytest.mark.parametrize("password", ["short-1", "password12345", "123456789012", "owner-owner-1"])
def test_weak_passwords_are_refused(password: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(password, User(username="owner-owner-1"))


def test_the_admin_stands_where_the_settings_say(settings: Settings) -> None:
    import importlib

    from walness import urls

    settings.ADMIN_PATH = "back-office/"
    try:
        routes: list[Any] = importlib.reload(urls).urlpatterns
        assert "back-office/" in StringIO(" ".join(str(route.pattern) for route in routes)).read().split()
    finally:
        settings.ADMIN_PATH = "admin/"
        importlib.reload(urls)


OURS = [one for one in admin.site._registry.items() if one[0]._meta.app_label in ("diagnosis", "clinics")]
UNNAMED = {"id", "version", "file"}  # a number, a hidden field, and one that its form names


@pytest.mark.parametrize(("table", "desk"), OURS, ids=lambda one: getattr(one, "__name__", "desk"))
def test_every_column_and_field_of_the_desk_has_a_korean_name(
    table: type[Model], desk: Any, rf: RequestFactory, admin_user: User
) -> None:
    request = rf.get(DESK)
    request.user = admin_user
    names = {*desk.get_list_display(request), *desk.get_fields(request)} - UNNAMED
    with translation.override("ko"):
        labels = {name: str(label_for_field(name, table, desk)) for name in names}
    assert {name: label for name, label in labels.items() if not KOREAN.search(label)} == {}


def test_whatever_is_deleted_with_a_row_has_a_korean_name() -> None:
    tables = [table for app in ("diagnosis", "clinics") for table in apps.get_app_config(app).get_models()]
    with translation.override("ko"):
        names = [str(name) for table in tables for name in (table._meta.verbose_name, table._meta.verbose_name_plural)]
    assert [name for name in names if not KOREAN.search(name)] == []


def test_the_desk_s_first_page_is_in_korean_for_libraries_too(admin_client: Client) -> None:
    page = admin_client.get(DESK, headers={"Accept-Language": "ko"}).text
    assert "인증 앱" in page
    assert [word for word in ("Axes", "Otp", "TOTP", "Access ") if word in page] == []
