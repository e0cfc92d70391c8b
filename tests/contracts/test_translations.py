"""Every sentence that code or templates mark for translation reads well in Korean, and the compiled file says the same.

It reads the sources itself, so that a machine without gettext's tools can hold the rule.
"""

import ast
import gettext
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils.translation.template import templatize

ROOT = Path(__file__).parents[2]
CATALOGUE = ROOT / "walness" / "locale" / "ko" / "LC_MESSAGES" / "django.po"
ROOMS = ("clinics", "diagnosis", "walness")

# Where each function has its msgid; a sentence with a context is filed under "context\4sentence", as gettext does it.
PLAIN = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy"}
WITH_CONTEXT = {"pgettext", "pgettext_lazy", "npgettext", "npgettext_lazy"}
LITERAL = r"""u?(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')"""
CALL = re.compile(rf"\b(_|n?gettext|n?pgettext)\(({LITERAL}(?:,\s*{LITERAL})*)")
BLANK = re.compile(r"%\(\w+\)[sd]|\{\w*\}")

Entry = dict[str, str]


@pytest.fixture(scope="module")
def catalogue() -> dict[str, Entry]:
    """The entries of the Korean catalogue by msgid."""
    blocks = CATALOGUE.read_text(encoding="utf-8").split("\n\n")
    entries = [_entry(block) for block in blocks]
    return {_key(entry): entry for entry in entries if entry.get("msgid")}


@pytest.mark.parametrize("path", sorted(ROOT.glob("templates/**/*.html")), ids=lambda path: path.name)
def test_every_sentence_of_a_template_is_in_korean(path: Path, catalogue: dict[str, Entry]) -> None:
    code = templatize(path.read_text(encoding="utf-8"))
    wanted = [_msgid(name, ast.literal_eval(f"({literals},)")) for name, literals in CALL.findall(code)]
    assert [msgid for msgid in wanted if not _translated(catalogue, msgid)] == []


@pytest.mark.parametrize("room", ROOMS)
def test_every_sentence_of_the_code_is_in_korean(room: str, catalogue: dict[str, Entry]) -> None:
    wanted = [msgid for path in sorted((ROOT / room).rglob("*.py")) for msgid in _marked(path)]
    assert wanted
    assert [msgid for msgid in wanted if not _translated(catalogue, msgid)] == []


def test_no_translation_is_a_guess(catalogue: dict[str, Entry]) -> None:
    assert [msgid for msgid, entry in catalogue.items() if "fuzzy" in entry.get("flags", "")] == []


def test_a_translation_keeps_the_blanks_of_its_sentence(catalogue: dict[str, Entry]) -> None:
    for msgid, entry in catalogue.items():
        assert sorted(BLANK.findall(entry["msgid"])) == sorted(BLANK.findall(_korean(entry))), msgid


def test_the_compiled_catalogue_says_what_the_written_one_says(catalogue: dict[str, Entry]) -> None:
    with CATALOGUE.with_suffix(".mo").open("rb") as file:
        compiled: dict[Any, str] = vars(gettext.GNUTranslations(file))["_catalog"]
    said = {key[0] if isinstance(key, tuple) else key: text for key, text in compiled.items() if key}
    assert said == {msgid: _korean(entry) for msgid, entry in catalogue.items()}


def _entry(block: str) -> Entry:
    """The fields of one paragraph of a .po file; a quoted line goes on with the field above it."""
    entry: Entry = {}
    field = ""
    for line in block.splitlines():
        if line.startswith("#,"):
            entry["flags"] = line
        elif not line.startswith("#"):
            name, _, _ = line.partition('"')
            field = name.strip() or field
            entry[field] = entry.get(field, "") + ast.literal_eval(line[len(name) :])
    return entry


def _key(entry: Entry) -> str:
    return _msgid("pgettext", (entry["msgctxt"], entry["msgid"])) if "msgctxt" in entry else entry["msgid"]


def _korean(entry: Entry) -> str:
    return entry["msgstr[0]"] if "msgid_plural" in entry else entry["msgstr"]


def _translated(catalogue: dict[str, Entry], msgid: str) -> bool:
    return msgid in catalogue and bool(_korean(catalogue[msgid]).strip())


def _marked(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in PLAIN | WITH_CONTEXT:
            words = tuple(arg.value for arg in node.args if isinstance(arg, ast.Constant))
            yield _msgid(node.func.id, words or ("(a sentence that is not written out)",))


def _msgid(name: str, words: tuple[Any, ...]) -> str:
    return "\4".join(words[:2]) if name in WITH_CONTEXT else str(words[0])
