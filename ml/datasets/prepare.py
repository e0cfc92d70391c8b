"""From a source to a finished set, phase by phase; every phase can be stopped and taken up again."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ml.datasets.errors import OtherPreparation, UnknownSource
from ml.datasets.families import Families, find_families
from ml.datasets.importers import importer_for
from ml.datasets.indexing import index
from ml.datasets.leaks import leaks_of, probe_all
from ml.datasets.packing import pack
from ml.datasets.picture import MIN_SIDE
from ml.datasets.reading import read_all
from ml.datasets.report import Report, write_report
from ml.datasets.sampling import draw
from ml.datasets.source import Source
from ml.datasets.splitting import Words, grouped_split, kept_split
from ml.datasets.store import Store

UNFINISHED = "unfinished"  # folder in the output while a preparation is under way


@dataclass(frozen=True)
class Choices:
    """What decides the result; another value is another preparation."""

    source: str
    name: str
    format: str = ""  # of the source; empty: found out
    side: int = 288  # px, of the short side at most
    val: float = 0.15
    split: str = "new"  # or "keep": the source's own, made free of siblings
    seed: int = 0

    def __post_init__(self) -> None:
        if not 0 < self.val <= 0.5:
            raise ValueError("val is a share above 0 and at most 0.5")
        if self.side < MIN_SIDE:
            raise ValueError(f"side is {MIN_SIDE} px at least")
        if self.seed < 0:
            raise ValueError("seed is 0 or more")
        if not re.fullmatch(r"[^./\\][^/\\]*", self.name):
            raise ValueError(f"name is a plain name such as dog_skin, not {self.name!r}")


def prepare(choices: Choices, *, out: Path, workers: int = 2) -> Report:
    """Prepare a set into ``out``; a finished one is only reported again, a stopped one goes on.

    Raises:
        UnknownSource: nothing in the source could be read.
        OtherPreparation: ``out`` holds another one.
    """
    work = out / UNFINISHED
    if (report := _finished(out, choices)) is None:
        work.mkdir(parents=True, exist_ok=True)
        with Store(work / "store.sqlite") as store:
            try:
                report = _phases(choices, store, work, out, workers)
            except UnknownSource:
                shutil.rmtree(work)  # nothing to go on with: a better source or format begins anew
                raise
        write_report(report, out)
    shutil.rmtree(work, ignore_errors=True)
    return report


def _finished(out: Path, choices: Choices) -> Report | None:
    path = out / "report.json"
    if not path.is_file():
        return None
    report = Report.read(path)
    if report.choices != asdict(choices):
        raise OtherPreparation(f"{out} holds a set prepared with other choices; name another folder or empty it")
    return report


def _phases(choices: Choices, store: Store, work: Path, out: Path, workers: int) -> Report:
    begun = store.facts("choices")
    if begun is None:
        store.finish("choices", **asdict(choices))
    elif begun != asdict(choices):
        raise OtherPreparation(f"{out} holds an unfinished set with other choices; repeat those or name another folder")
    if store.facts("index") is None:
        index(Path(choices.source), store, work)
    listed = store.facts("list") or _list(choices, store)
    if store.facts("read") is None:
        read_all(store, side=choices.side, workers=workers)
    if not store.one("SELECT count(*) FROM looks WHERE error IS NULL"):
        raise UnknownSource(f"none of the pictures can be read, such as {_bad(store)[0]}")
    families = find_families(store, multilabel=listed["multilabel"], seed=choices.seed)
    return _finish(choices, store, families, listed["origin"], out)


def _list(choices: Choices, store: Store) -> dict[str, Any]:
    """Let the importer say what the pictures are."""
    store.base.execute("DELETE FROM records")
    source = Source(store)
    importer = importer_for(source, choices.format)
    if not store.add_records(importer.records(source)):
        raise UnknownSource(f"{importer.name}: no picture with a label in {choices.source}")
    several = store.one("SELECT count(*) FROM records WHERE json_array_length(labels) > 1")
    store.finish("list", origin=importer.name, multilabel=importer.several_labels or several > 0)
    return store.facts("list") or {}


def _finish(choices: Choices, store: Store, families: Families, origin: str, out: Path) -> Report:
    labels = _rarest(store)
    splits = _splits(choices, store, families, labels)
    sample = draw(store, families, labels, seed=choices.seed)
    probes = probe_all(sample, seed=choices.seed)
    counts = pack(store, families, splits, out=out, name=choices.name, origin=origin)
    kept = families.kept
    return Report.of(
        choices=asdict(choices),
        origin=origin,
        labels=counts,
        families=families,
        leaks=leaks_of(probes, store, families),
        probes=probes,
        bad=_bad(store),
        table=Counter(zip(labels[kept].tolist(), splits[kept].tolist(), strict=True)),
    )


def _rarest(store: Store) -> Words:
    """Of each readable picture's labels the one that fewest others have: what a split must look after."""
    query = "SELECT value, count(*) FROM records, json_each(labels) GROUP BY value"
    counts = dict(store.rows(query))
    rows = store.rows("SELECT labels FROM records JOIN looks ON record = id WHERE error IS NULL ORDER BY record")
    rarest = [min(json.loads(row[0]), key=lambda label: (counts[label], label)) for row in rows]
    return np.array(rarest, dtype=object)


def _splits(choices: Choices, store: Store, families: Families, labels: Words) -> Words:
    """A word for every readable picture; only those of the kept ones are balanced."""
    if choices.split == "keep":
        rows = store.rows("SELECT split FROM records JOIN looks ON record = id WHERE error IS NULL ORDER BY record")
        return kept_split(np.array([row[0] for row in rows], dtype=object), families.groups)
    splits = np.full(len(labels), "train", dtype=object)
    kept = families.kept
    numbers = np.unique(labels[kept].astype(str), return_inverse=True)[1]
    splits[kept] = grouped_split(numbers, families.groups[kept], val=choices.val, seed=choices.seed)
    return splits


def _bad(store: Store) -> list[tuple[str, str]]:
    """Every file that could not be used, with the reason."""
    unread = "SELECT name, error FROM looks JOIN records ON records.id = record JOIN files ON files.id = file"
    return [*store.rows("SELECT name, reason FROM bad"), *store.rows(f"{unread} WHERE error IS NOT NULL ORDER BY 1")]
