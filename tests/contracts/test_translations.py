"""Every English sentence of the service has a Korean one that somebody has looked at."""

import re
import struct
from pathlib import Path

import pytest

HOME = Path(__file__).parents[2] / "walness" / "locale" / "ko" / "LC_MESSAGES"
ENTRY = re.compile(r"\n\s*\n")
QUOTED = re.compile(r'^"(.*)"$', re.MULTILINE)
PLACES = re.compile(r"%\(\w+\)[sd]|\{\w*\}|%[sd]")


def entries() -> list[str]:
    """The catalogue's entries but for its head and what is no longer used."""
    every = ENTRY.split((HOME / "django.po").read_text(encoding="utf-8"))[1:]
    return [entry for entry in every if "#~" not in entry and "msgid" in entry]


def text(entry: str, key: str) -> str:
    """One text of an entry, its lines joined."""
    found = re.search(rf'^{key}(?:\[0\])? ((?:".*"\n?)+)', entry, re.MULTILINE)
    return "".join(QUOTED.findall(found[1])) if found else ""


def test_no_korean_sentence_is_missing() -> None:
    assert entries()
    assert [text(entry, "msgid") for entry in entries() if not text(entry, "msgstr")] == []


def test_no_korean_sentence_is_a_guess() -> None:
    assert [text(entry, "msgid") for entry in entries() if re.search(r"^#,.*fuzzy", entry, re.MULTILINE)] == []


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: text(entry, "msgid")[:40])
def test_the_korean_sentence_has_the_same_gaps_to_fill(entry: str) -> None:
    assert set(PLACES.findall(text(entry, "msgstr"))) <= set(PLACES.findall(text(entry, "msgid") + entry))


def test_the_compiled_catalogue_is_as_new_as_the_written_one() -> None:
    magic, _, count = struct.unpack("<3I", (HOME / "django.mo").read_bytes()[:12])
    assert magic == 0x950412DE
    assert count == len(entries()) + 1  # and the head
