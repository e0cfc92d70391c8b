"""The place of a new release on the shelf: free before, and never half filled."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from ml.cards import ModelCard
from ml.releases import CARD


def free_place(registry: Path, task: str, version: str) -> Path:
    """The folder in which this release will stand.

    Raises:
        FileExistsError: that version is released already; a release never changes.
        ValueError: a version with letters.
    """
    if not re.fullmatch(r"[0-9]+(\.[0-9]+)*", version):  # it could not be told newer or older than another
        raise ValueError(f"a version is numbers and points, such as 2026.11.1, not {version}")
    home = registry / task / version
    if home.exists():
        raise FileExistsError(f"{task} {version} is released already; choose a new version")
    return home


@contextmanager
def filling(home: Path, files: Mapping[str, bytes]) -> Iterator[Path]:
    """A folder with these files, to put more into; it stands at ``home`` once that went without an error."""
    unfinished = home.with_name(f".{home.name}.part")
    shutil.rmtree(unfinished, ignore_errors=True)
    (unfinished / "plots").mkdir(parents=True)
    for name, content in files.items():
        (unfinished / name).write_bytes(content)
    yield unfinished
    unfinished.rename(home)


def write_card(card: ModelCard, words: str, home: Path) -> None:
    """The card for programs, and the page of Markdown for people."""
    (home / CARD).write_text(card.to_json(), encoding="utf-8")
    (home / "README.md").write_text(words, encoding="utf-8")
