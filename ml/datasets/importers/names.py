"""What stands in folder names and cells all over the world, in the words of this project."""

from __future__ import annotations

import re
import unicodedata

_SPLITS = {
    "train": "train",
    "training": "train",
    "trainset": "train",
    "val": "val",
    "valid": "val",
    "validation": "val",
    "dev": "val",
    "test": "test",
    "testing": "test",
    "testset": "test",
    "test_simple": "test",
}
_SEX = {
    "m": "male",
    "male": "male",
    "수컷": "male",
    "중성화 수컷": "male",
    "f": "female",
    "female": "female",
    "암컷": "female",
    "중성화 암컷": "female",
}
_UNKNOWN = {"", "nan", "none", "null", "unknown", "n/a", "na", "unk"}
_PERSON = re.compile(r"(?:patient|person|subject|lesion|pat)[-_ ]?(?:id)?[-_ ]?\d+(?:[-_][a-z]+(?=[-_]\d))?", re.I)


def split_named(text: str) -> str:
    """train, val or test, or an empty string: folders are called "2.Validation" and "Training" and "TEST"."""
    return _SPLITS.get(re.sub(r"^\d+[._ -]+|\.zip$", "", text.strip().lower()), "")


def person_in(stem: str) -> str:
    """The patient, subject or lesion that a file is named after, such as person12_virus in person12_virus_34."""
    found = _PERSON.search(stem)
    return found.group().lower() if found else ""


def known(text: str | None) -> str:
    """The text of a cell, or nothing where it only says that nothing is known."""
    text = (text or "").strip()
    return "" if text.lower() in _UNKNOWN else text


def sex(text: str | None) -> str:
    """male or female, or nothing."""
    return _SEX.get(known(text).lower(), "")


def age(text: str | None) -> str:
    """Years as a number, or nothing."""
    found = re.match(r"\d{1,3}(?:\.\d+)?", known(text))
    return f"{float(found.group()):g}" if found else ""


def label(text: str) -> str:
    """A label as the project writes it: lower case, words joined by underscores."""
    text = unicodedata.normalize("NFC", text).strip().lower()
    return re.sub(r"[\s\-/,]+", "_", text).strip("_")
