"""What came from others lies here unchanged: every front-end file has its sum, every package its hash and floor."""

import base64
import hashlib
import re
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "static"
ROW = re.compile(r"^\| ((?:vendor|fonts)/\S+) \|.*\| ([A-Za-z0-9+/]{64}) \|$", re.MULTILINE)
FLOORS = tomllib.loads((ROOT / "docs" / "floors.toml").read_text())


def sums() -> dict[str, str]:
    """File to SHA-384, as VENDOR.md has them."""
    return dict(ROW.findall((STATIC / "vendor" / "VENDOR.md").read_text()))


def sha384(file: Path) -> str:
    return base64.b64encode(hashlib.sha384(file.read_bytes()).digest()).decode()


def test_every_vendored_file_has_the_sum_it_came_with() -> None:
    listed = sums()
    assert listed
    assert {name: sha384(STATIC / name) for name in listed} == listed


def test_no_vendored_file_lacks_its_sum() -> None:
    files = [file for file in (STATIC / "vendor").rglob("*") if file.is_file() and file.name != "VENDOR.md"]
    assert {str(file.relative_to(STATIC)) for file in files} <= set(sums())


@pytest.mark.parametrize("name", FLOORS["floors"])
def test_no_package_is_older_than_its_last_known_hole(name: str) -> None:
    assert Version(version(name)) >= Version(FLOORS["floors"][name]["version"]), FLOORS["floors"][name]["why"]


def pins(file: str) -> dict[str, str]:
    rows = re.findall(r"^([\w.-]+(?:\[[\w,-]+\])?)==([\w.+!-]+)", (ROOT / file).read_text(), re.MULTILINE)
    return {name.partition("[")[0].lower().replace("_", "-"): number for name, number in rows}


def test_production_installs_what_is_tested_here() -> None:
    asked, locked = pins("requirements.txt"), pins("requirements.lock")
    assert {name: locked.get(name) for name in asked} == asked


def test_every_locked_package_has_a_hash_and_no_address() -> None:
    text = (ROOT / "requirements.lock").read_text()
    entries = re.split(r"\n(?=[\w.-]+==)", text)
    assert len(entries) > 40
    assert [entry.split()[0] for entry in entries if "==" in entry and "--hash=sha256:" not in entry] == []
    assert "://" not in text and "index-url" not in text


def test_every_requirement_is_pinned() -> None:
    for file in ("requirements.txt", "requirements-dev.txt"):
        lines = [line.split("#")[0].strip() for line in (ROOT / file).read_text().splitlines()]
        wanted = [line for line in lines if line and not line.startswith("-")]
        assert [line for line in wanted if "==" not in line] == []


def test_a_released_model_is_plain_numbers() -> None:
    kinds = {file.suffix for file in (ROOT / "ml" / "registry").rglob("*") if file.is_file()}
    assert kinds & {".safetensors", ".onnx"}
    assert kinds.isdisjoint({".pkl", ".pickle", ".pt", ".pth", ".bin", ".joblib", ".npy", ".npz"})


DANGEROUS = re.compile(
    r"\b(pickle\.|import pickle|yaml\.load\(|eval\(|exec\(|mark_safe|RawSQL|\.raw\(|\.extra\(|shell=True|os\.system)"
)


@pytest.mark.parametrize("room", ["walness", "diagnosis", "clinics", "ml"])
def test_no_dangerous_call_is_reachable(room: str) -> None:
    """bandit looks further; these have no place here at all."""
    hits = [
        f"{file.relative_to(ROOT)}:{number}"
        for file in (ROOT / room).rglob("*.py")
        for number, line in enumerate(file.read_text().splitlines(), start=1)
        if DANGEROUS.search(line.split("#")[0]) and ".eval()" not in line
    ]
    assert hits == []


def test_no_template_switches_escaping_off() -> None:
    texts = {file: file.read_text() for file in (ROOT / "templates").rglob("*.html")}
    assert [file.name for file, text in texts.items() if "|safe" in text or "autoescape off" in text] == []
