"""Folders named after labels, below any of the levels that people put around them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from ml.datasets.importers import names
from ml.datasets.records import Record
from ml.datasets.source import Source

_LEVELS = {"image", "images", "img", "imgs", "pictures", "photos", "data", "dataset", "raw", "original", "jpegimages"}
_LEVELS |= {"png", "jpg", "jpeg", "all", "labels"}
_NUMBERED = re.compile(r"\D*\d+\D{0,3}")
_PERSONS = re.compile(r"(?:patient|person|subject|case|lesion|animal|pat|id)[-_ ]?\d+", re.I)


class LabelFolders:
    """``train/NORMAL/1.png``, ``COVID/images/1.png``, ``cat/patient_7/1.jpg``: the deepest that tells is the label."""

    name = "label_folders"
    several_labels = False

    def recognises(self, source: Source) -> bool:
        return any(_telling(entry.path) for entry in source.pictures())

    def records(self, source: Source) -> Iterator[Record]:
        shape = _shape(source)
        for entry in source.pictures():
            parts = _telling(entry.path)[shape.common :]
            if len(parts) <= shape.persons or _telling(entry.path) in shape.strays:
                source.store.add_bad(entry.name, "it lies in no folder that could be its label")
                continue
            label = parts[-1 - shape.persons]
            yield Record(
                entry.id, (names.label(label),), hints=_hints(entry.path, parts, shape), split=_split(entry.path)
            )


@dataclass(frozen=True)
class _Shape:
    common: int  # leading folders that all pictures share
    persons: int  # 1 when the deepest folder is a patient, else 0
    strays: frozenset[tuple[str, ...]]  # folders around the labels; pictures right in them belong to none


def _shape(source: Source) -> _Shape:
    """What the levels of the tree mean, from its folders alone."""
    folders = {_telling(entry.path) for entry in source.pictures()}
    strays = frozenset(folder for folder in folders if sum(_is_below(other, folder) for other in folders) > 1)
    folders -= strays
    common = 0
    while len({f[: common + 1] for f in folders}) == 1 and all(len(f) > common + 1 for f in folders):
        common += 1
    return _Shape(common, int(_are_persons([folder[common:] for folder in sorted(folders)])), strays)


def _is_below(folder: tuple[str, ...], other: tuple[str, ...]) -> bool:
    return len(folder) > len(other) and folder[: len(other)] == other


def _are_persons(folders: list[tuple[str, ...]]) -> bool:
    """Whether the deepest level numbers people: every name a number of its own, each below one label."""
    if not folders or any(len(folder) < 2 for folder in folders):
        return False
    deepest = [folder[-1] for folder in folders]
    if all(_PERSONS.fullmatch(name) for name in deepest):
        return True
    alone = Counter(deepest)
    return all(_NUMBERED.fullmatch(name) and alone[name] == 1 for name in deepest) and len(deepest) > len(
        {folder[:-1] for folder in folders}
    )


def _telling(path: PurePosixPath) -> tuple[str, ...]:
    """The folders of a picture that are neither a split nor a level like ``images``."""
    parts = (re.sub(r"\.zip$", "", part, flags=re.I) for part in path.parts[:-1])
    return tuple(part for part in parts if part.lower() not in _LEVELS and not names.split_named(part))


def _split(path: PurePosixPath) -> str:
    return next((split for part in path.parts[:-1] if (split := names.split_named(part))), "")


def _hints(path: PurePosixPath, parts: tuple[str, ...], shape: _Shape) -> tuple[str, ...]:
    hints = [f"folder {'/'.join(parts)}"] if shape.persons else []
    if person := names.person_in(path.stem):
        hints.append(f"person {person}")
    return tuple(hints)
