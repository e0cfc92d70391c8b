"""A wrong environment variable is named, and production does not start on a key that can be guessed."""

import re
import runpy
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from walness.env import (
    allowed_hosts,
    between,
    file,
    flag,
    folder,
    hosts,
    level,
    place,
    read,
    seconds,
    secret_key,
    words,
    zone,
)


def test_an_unset_or_empty_variable_has_its_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PLACES", raising=False)
    assert read("PLACES", int, 4) == 4
    monkeypatch.setenv("PLACES", " ")
    assert read("PLACES", int, 4) == 4


@pytest.mark.parametrize(
    ("cast", "value"), [(int, "four"), (flag, "maybe"), (between(1, 720), "0"), (between(1, 720), "721")]
)
def test_a_wrong_value_names_its_variable(monkeypatch: pytest.MonkeyPatch, cast: type, value: str) -> None:
    monkeypatch.setenv("PLACES", value)
    with pytest.raises(ImproperlyConfigured, match="PLACES"):
        read("PLACES", cast, None)


def test_flags_and_lists_are_read() -> None:
    assert [flag(text) for text in ("1", "true", "On", "0", "no")] == [True, True, True, False, False]
    assert words("a.example, b.example,") == ["a.example", "b.example"]


@pytest.mark.parametrize("key", ["", "short", "a" * 60])
def test_production_refuses_a_key_that_is_missing_short_or_monotonous(
    monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    monkeypatch.setenv("SECRET_KEY", key)
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY"):
        secret_key(demo_file=None)


def test_production_takes_a_long_random_key(monkeypatch: pytest.MonkeyPatch) -> None:
    key = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOP"
    monkeypatch.setenv("SECRET_KEY", key)
    assert secret_key(demo_file=None) == key


def test_the_demo_makes_its_key_once_and_keeps_it_to_itself(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("SECRET_KEY", raising=False)
    file = tmp_path / "var" / "secret_key"
    first = secret_key(demo_file=file)
    assert len(first) >= 50
    assert secret_key(demo_file=file) == first
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("name", "cast", "value"),
    [
        ("ALLOWED_HOSTS", hosts, "https://walness.example"),
        ("ALLOWED_HOSTS", hosts, "a.example, walness.example/"),
        ("ALLOWED_HOSTS", hosts, "a.example walness.example"),
        ("CASE_HOURS", between(1, 720), "1.5"),
        ("DATA_DIR", place, "/proc/nowhere"),
        ("DATABASE_FILE", file, "/proc"),
        ("ADMIN_PATH", folder, "/"),
        ("ADMIN_PATH", folder, "https://desk"),
        ("LOG_LEVEL", level, "chatty"),
        ("TIME_ZONE", zone, "Mars/Base"),
        ("CLINICS_TIMEOUT_S", seconds, "nan"),
        ("CLINICS_TIMEOUT_S", seconds, "-1"),
        ("WEB_CONCURRENCY", between(1, 256), "0"),
        ("WEB_CONCURRENCY", between(1, 256), "two"),
    ],
)
def test_a_setting_that_cannot_work_is_refused_by_its_name(
    monkeypatch: pytest.MonkeyPatch, name: str, cast: Callable[[str], object], value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ImproperlyConfigured, match=f"{name} is wrong: .*{re.escape(value.split(',')[-1].strip())}"):
        read(name, cast, None)


def test_a_setting_is_read_as_it_was_meant() -> None:
    assert {folder(text) for text in ("desk", "/desk/", "desk/")} == {"desk/"}
    assert (level("debug"), zone("Asia/Seoul"), seconds("2.5")) == ("DEBUG", "Asia/Seoul", 2.5)
    assert hosts("walness.example, .example") == ["walness.example", ".example"]


def test_the_folder_of_the_database_is_made_where_it_is_missing(tmp_path: Path) -> None:
    assert file(str(tmp_path / "new" / "cases.db")) == tmp_path / "new" / "cases.db"
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700


def test_a_folder_that_cannot_be_written_to_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("os.access", lambda _path, _how: False)  # root may write anywhere
    with pytest.raises(ValueError, match="cannot be written to"):
        place(str(tmp_path))


def test_a_database_in_a_folder_that_cannot_be_made_is_refused_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_FILE", "/proc/nowhere/cases.db")
    with pytest.raises(ImproperlyConfigured, match="DATABASE_FILE is wrong: '/proc/nowhere' is no folder"):
        read("DATABASE_FILE", file, None)


@pytest.mark.parametrize("value", ["", " ", ","])
def test_production_does_not_start_without_a_name_to_answer_under(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("ALLOWED_HOSTS", value)
    with pytest.raises(ImproperlyConfigured, match="ALLOWED_HOSTS needs the name people open"):
        allowed_hosts(here_only=False)


def test_the_demo_answers_under_this_computer_s_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ALLOWED_HOSTS", raising=False)
    assert allowed_hosts(here_only=True) == ["127.0.0.1", "localhost"]


@pytest.mark.parametrize("value", ["0", "two"])
def test_the_server_refuses_a_number_of_processes_that_cannot_work(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("WEB_CONCURRENCY", value)
    with pytest.raises(ImproperlyConfigured, match="WEB_CONCURRENCY"):
        runpy.run_module("walness.serving")


def test_a_wrong_setting_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CASE_HOURS", "a day")
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "walness.settings")
    run = [sys.executable, "manage.py", "check"]
    done = subprocess.run(run, cwd=Path(__file__).resolve().parents[2], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == "The environment variable CASE_HOURS is wrong: 'a day' is no whole number between 1 and 720\n"
