"""The finished set: numbered pictures in stored zips, and one table in the order of the numbers."""

from __future__ import annotations

import csv
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from ml.datasets.alike import Numbers
from ml.datasets.columns import COLUMNS, FACTS, joined
from ml.datasets.families import Families
from ml.datasets.splitting import Words
from ml.datasets.store import Store

SHARD_BYTES = 60 * 2**20  # of pictures; with the directory of the zip it stays below 64 MiB
NO_FINDING = "no_finding"
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the same set gives the same zips


@dataclass(frozen=True)
class Choice:
    """One picture of the finished set."""

    record: int
    group: int
    known: bool
    split: str
    twins: tuple[int, ...]  # records of the same photo, itself included


def pack(store: Store, families: Families, splits: Words, *, out: Path, name: str, origin: str) -> dict[str, int]:
    """Write ``name.csv`` and ``name-0.zip``, ``name-1.zip`` … and count the pictures of every label.

    Args:
        splits: train, val or test for every picture in ``families``.
    """
    table = out / f"{name}.csv"
    order = np.random.default_rng(0).permutation(np.flatnonzero(families.kept))  # sources are sorted by label
    counts: dict[str, int] = {}
    with table.with_suffix(".part").open("w", encoding="utf-8", newline="") as file, _Shards(out, name) as shards:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        digits = max(5, len(str(len(order))))
        chosen = tqdm(_choices(families, splits, order), total=len(order), desc="pack", unit="picture")
        for number, choice in enumerate(chosen):
            row = _row(store, choice) | {"image": f"{name}/{number:0{digits}d}.webp", "origin": origin}
            shards.add(row["image"], store.one("SELECT webp FROM blobs WHERE record = ?", choice.record))
            writer.writerow(row)
            for label in row["label"].split(";"):
                counts[label] = counts.get(label, 0) + 1
    table.with_suffix(".part").replace(table)
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _choices(families: Families, splits: Words, order: Numbers) -> Iterator[Choice]:
    """The pictures in ``order``; groups are numbered as they come up, so that no name of a patient is left."""
    by_twins = np.argsort(families.twins, kind="stable")
    sorted_twins = families.twins[by_twins]
    numbers: dict[int, int] = {}
    for place in order.tolist():
        start, stop = np.searchsorted(sorted_twins, families.twins[place] + np.array([0, 1]))
        twins = [place, *(twin for twin in by_twins[start:stop].tolist() if twin != place)]
        group = numbers.setdefault(int(families.groups[place]), len(numbers))
        records = tuple(families.records[twins].tolist())
        yield Choice(records[0], group, bool(families.known[place]), str(splits[place]), records)


def _row(store: Store, choice: Choice) -> dict[str, Any]:
    record, *others = [_told(store, twin) for twin in choice.twins]
    labels = _union([record["labels"], *(other["labels"] for other in others)])
    absent = _union([record["absent"], *(other["absent"] for other in others)])
    if len(labels) > 1:
        labels = tuple(label for label in labels if label != NO_FINDING)
    return {
        "width": record["width"],
        "height": record["height"],
        "label": joined(labels),
        "absent": joined(tuple(label for label in absent if label not in labels)),
        "group": f"g{choice.group:06d}",
        "group_known": int(choice.known),
        "split": choice.split,
        "source_split": record["split"],
        **{fact: record["facts"].get(fact, "") for fact in FACTS},
    }


def _told(store: Store, record: int) -> dict[str, Any]:
    query = "SELECT labels, absent, split, facts, width, height FROM records JOIN looks ON record = id WHERE id = ?"
    labels, absent, split, facts, width, height = next(store.rows(query, record))
    told = {"split": split, "width": width, "height": height}
    return told | {"labels": json.loads(labels), "absent": json.loads(absent), "facts": json.loads(facts)}


def _union(lists: list[list[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(label for names in lists for label in names))


class _Shards:
    """Zips one after another, each under an unfinished name until it is complete."""

    def __init__(self, out: Path, name: str) -> None:
        self.out = out
        self.name = name
        self.number = -1
        self.bytes = SHARD_BYTES
        self.archive: zipfile.ZipFile | None = None

    def __enter__(self) -> _Shards:
        return self

    def __exit__(self, *exception: object) -> None:
        self._close()

    def add(self, image: str, data: bytes) -> None:
        if self.archive is None or self.bytes + len(data) > SHARD_BYTES:
            self._close()
            self.number, self.bytes = self.number + 1, 0
            self.archive = zipfile.ZipFile(self._path(".part"), "w", zipfile.ZIP_STORED)
        self.archive.writestr(zipfile.ZipInfo(image, _EPOCH), data)
        self.bytes += len(data) + 2 * len(image) + 76  # both headers of an entry

    def _close(self) -> None:
        if self.archive is not None:
            self.archive.close()
            self._path(".part").replace(self._path(".zip"))
            self.archive = None

    def _path(self, suffix: str) -> Path:
        return self.out / f"{self.name}-{self.number}{suffix}"
