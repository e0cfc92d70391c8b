"""Every test, file and command that the safety pages name is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("SECURITY.md", "PRIVACY.md", "docs/reliability.md")
DEFINED = re.compile(r"^def (test_\w+)", re.MULTILINE)
TESTS = {name for file in (ROOT / "tests").rglob("test_*.py") for name in DEFINED.findall(file.read_text())}
FILES = {file.name for file in (ROOT / "tests").rglob("*.py")}
OURS = {"settings.py", "manage.py", "http_cases.py"}  # and what comes with the hostile corpus
COMMANDS = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


def words(page: str, shape: str) -> list[str]:
    """What stands between backquotes in that shape."""
    spans = re.findall(r"`([^`]+)`", (ROOT / page).read_text())
    return [found for span in spans for found in re.findall(shape, span)]


def is_there(name: str) -> bool:
    """Shortened names end in an ellipsis and must fit one test, or several of a kind."""
    start, cut, _rest = name.partition("…")
    return any(test.startswith(start) for test in TESTS) if cut else name in TESTS


@pytest.mark.parametrize("page", PAGES)
def test_the_tests_a_safety_page_names_are_there(page: str) -> None:
    names = words(page, r"(?<![/\w])test_\w+…?(?!\w*\.py)")
    assert names
    assert [name for name in names if not is_there(name)] == []


@pytest.mark.parametrize("page", PAGES)
def test_the_files_a_safety_page_names_are_there(page: str) -> None:
    assert [path for path in words(page, r"(?:tests|ml|docs|walness)/[\w/.]+") if not (ROOT / path).exists()] == []
    assert [name for name in words(page, r"(?<![/\w])\w+\.py\b") if name not in FILES | OURS] == []


@pytest.mark.parametrize("page", PAGES)
def test_the_commands_a_safety_page_names_are_there(page: str) -> None:
    assert [name for name in words(page, r"make (\w+)") if name not in COMMANDS] == []
    modules = words(page, r"python -m (tests[\w.]+)")
    assert [name for name in modules if not (ROOT / f"{name.replace('.', '/')}.py").exists()] == []
