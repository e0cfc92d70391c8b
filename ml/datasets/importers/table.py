"""A table beside the pictures, whoever wrote it: one column names the picture, one the label, others the patient."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ml.datasets.columns import JOINER
from ml.datasets.importers import names
from ml.datasets.records import Record
from ml.datasets.source import Entry, Source

_LABELS = ("label", "labels", "finding", "finding labels", "diagnosis", "dx", "class", "category", "disease", "target")
_GROUPS = ("group", "patient_id", "patientid", "patient id", "patient", "animal_id", "subject_id", "lesion_id")
_SPLITS = ("split", "dataset_type", "dataset", "set", "fold")
_AGES, _SEXES, _SITES = ("age", "patient age"), ("sex", "gender", "patient gender"), ("site", "location", "region")
_SAMPLE = 200  # rows looked at to see whether a column names pictures


@dataclass(frozen=True)
class _Meaning:
    """Which column means what; an empty name where there is none."""

    image: str
    label: str


class Table:
    """Also reads what ``prepare`` itself wrote."""

    name = "table"
    several_labels = False

    def recognises(self, source: Source) -> bool:
        """A table is believed when it speaks of at least half of the pictures; else folders know better."""
        told = sum(_told(source, table) for table in source.tables())
        pictures = sum(1 for _ in source.pictures())
        return told * 2 >= pictures > 0

    def records(self, source: Source) -> Iterator[Record]:
        for table in source.tables():
            if meaning := _meaning(source, table):
                yield from _records(source, table, meaning)


def _meaning(source: Source, table: Entry) -> _Meaning | None:
    header = source.header(table)
    label = next((name for name in _LABELS if name in header), "")
    if not label:
        return None
    hits = dict.fromkeys(sorted(header - {label}), 0)
    sample = [row for row, _ in zip(source.rows(table), range(_SAMPLE), strict=False)]
    for row in sample:
        for name in hits:
            hits[name] += bool(row.get(name)) and len(source.photos(row[name])) == 1
    image = max(hits, key=lambda name: hits[name], default="")
    return _Meaning(image, label) if image and hits[image] * 2 >= len(sample) else None


def _told(source: Source, table: Entry) -> int:
    """How many rows name a picture that is there."""
    meaning = _meaning(source, table)
    if meaning is None:
        return 0
    return sum(source.photo(row.get(meaning.image, "")) is not None for row in source.rows(table))


def _records(source: Source, table: Entry, meaning: _Meaning) -> Iterator[Record]:
    for row in source.rows(table):
        photo = source.photo(row.get(meaning.image, ""))
        labels = tuple(names.label(part) for part in _parts(row.get(meaning.label, "")))
        if photo is None or not labels:
            missing = "there is no such picture" if photo is None else "it has no label"
            source.store.add_bad(row.get(meaning.image, "?"), f"named in {table.name}, but {missing}")
            continue
        yield Record(
            photo.id, labels, hints=_hints(row), split=names.split_named(_cell(row, _SPLITS)), facts=_facts(row)
        )


def _parts(cell: str) -> list[str]:
    """Several labels of one picture are parted by ";" or, in chest X-ray tables, by "|"."""
    return [part for part in cell.replace("|", JOINER).split(JOINER) if names.known(part)]


def _hints(row: dict[str, str]) -> tuple[str, ...]:
    found = ((name, names.known(row.get(name))) for name in _GROUPS)
    return tuple(f"{name} {value}" for name, value in found if value and row.get("group_known", "1") != "0")


def _facts(row: dict[str, str]) -> dict[str, str]:
    return {
        "modality": names.known(row.get("modality")),
        "age": names.age(_cell(row, _AGES)),
        "sex": names.sex(_cell(row, _SEXES)),
        "site": names.known(_cell(row, _SITES)),
    }


def _cell(row: dict[str, str], columns: tuple[str, ...]) -> str:
    return next((row[name] for name in columns if row.get(name)), "")
