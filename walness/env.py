"""Reads environment variables and names the one whose value is wrong."""

import logging
import os
import re
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar
from zoneinfo import available_timezones

from django.core.exceptions import ImproperlyConfigured

SECRET_LENGTH = 50  # characters; what `manage.py check --deploy` asks for as well

T = TypeVar("T")


def read(name: str, cast: Callable[[str], T], default: T) -> T:
    """The variable's value as ``cast`` reads it, or the default when it is unset or empty.

    Raises:
        ImproperlyConfigured: the value is there, and ``cast`` cannot read it.
    """
    text = os.environ.get(name, "").strip()
    if not text:
        return default
    try:
        return cast(text)
    except ValueError as error:
        raise ImproperlyConfigured(f"The environment variable {name} is wrong: {error}") from error


def flag(text: str) -> bool:
    """1, true, yes and on are true; 0, false, no and off are false; nothing else passes."""
    meaning = dict.fromkeys(("1", "true", "yes", "on"), True) | dict.fromkeys(("0", "false", "no", "off"), False)
    if text.lower() not in meaning:
        raise ValueError(f"{text!r} is neither 1 nor 0")
    return meaning[text.lower()]


def words(text: str) -> list[str]:
    """A comma-separated list, without the empty places."""
    return [word.strip() for word in text.split(",") if word.strip()]


def hosts(text: str) -> list[str]:
    """A list of bare host names."""
    for word in words(text):
        if "/" in word or " " in word:
            raise ValueError(f"{word!r} is no host: that is a name alone, such as walness.example; commas part several")
    return words(text)


def folder(text: str) -> str:
    """A path within the site, with the slash at its end only: desk, /desk/ and desk/ are all ``desk/``."""
    path = text.strip("/")
    if not re.fullmatch(r"[\w-]+(/[\w-]+)*", path):
        raise ValueError(f"{text!r} is no path such as desk/")
    return f"{path}/"


def place(text: str) -> Path:
    """A folder of the service's own, made where it is missing."""
    try:
        Path(text).mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ValueError(f"{text!r} is no folder and cannot be made one ({error.strerror})") from error
    if not os.access(text, os.W_OK | os.X_OK):
        raise ValueError(f"{text!r} is a folder that cannot be written to")
    return Path(text)


def file(text: str) -> Path:
    """A file of the service's own, in a folder that is made where it is missing."""
    if Path(text).is_dir():
        raise ValueError(f"{text!r} is a folder and no file")
    return place(str(Path(text).parent)) / Path(text).name


def level(text: str) -> str:
    """A log's level, in small letters or large."""
    if text.upper() not in logging.getLevelNamesMapping():
        raise ValueError(f"{text!r} is no level such as INFO or WARNING")
    return text.upper()


def zone(text: str) -> str:
    """A time zone that this machine knows."""
    if text not in available_timezones():
        raise ValueError(f"{text!r} is no time zone such as Asia/Seoul")
    return text


def seconds(text: str) -> float:
    """A time to wait, above 0 and at most a minute."""
    if not 0 < float(text) <= 60:
        raise ValueError(f"{text} is not between 0 and 60")
    return float(text)


def between(low: int, high: int) -> Callable[[str], int]:
    """A cast to a whole number that refuses what lies outside ``low`` to ``high``."""

    def cast(text: str) -> int:
        if not (text.isdecimal() and low <= int(text) <= high):
            raise ValueError(f"{text!r} is no whole number between {low} and {high}")
        return int(text)

    return cast


def allowed_hosts(*, here_only: bool) -> list[str]:
    """ALLOWED_HOSTS from the environment; the demo profile answers under this computer's own names.

    Raises:
        ImproperlyConfigured: production without a name; every request would be refused.
    """
    names = read("ALLOWED_HOSTS", hosts, ["127.0.0.1", "localhost"] if here_only else [])
    if not names:
        raise ImproperlyConfigured(
            "The environment variable ALLOWED_HOSTS needs the name people open, such as walness.example. "
            "To try Walness on this computer only, set DEMO_HTTP=1."
        )
    return names


def secret_key(*, demo_file: Path | None) -> str:
    """SECRET_KEY from the environment; in the demo profile a file keeps one made on the first start.

    Raises:
        ImproperlyConfigured: production without a key, or with one that could be guessed.
    """
    key = os.environ.get("SECRET_KEY", "")
    if not key and demo_file is not None:
        return _kept(demo_file)
    if len(key) < SECRET_LENGTH or len(set(key)) < 5:
        raise ImproperlyConfigured(
            f"The environment variable SECRET_KEY needs {SECRET_LENGTH} or more random characters. "
            "To try Walness on this computer only, set DEMO_HTTP=1."
        )
    return key


def _kept(file: Path) -> str:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        # O_EXCL: of several processes that start at once, one writes and all read the same key.
        with os.fdopen(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as new:
            new.write(secrets.token_urlsafe(SECRET_LENGTH))
    except FileExistsError:
        pass
    return file.read_text()
