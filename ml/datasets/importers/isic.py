"""ISIC challenges: one table with a column per diagnosis, others with age, sex, site, lesion and patient."""

from __future__ import annotations

import json
from collections.abc import Iterator

from ml.datasets.importers import names
from ml.datasets.importers.skin_lesions import lesion
from ml.datasets.records import Record
from ml.datasets.source import Entry, Source

_IMAGE = ("image", "image_name", "image_id", "isic_id")
_DIAGNOSES = {"mel", "nv", "bcc", "ak", "akiec", "bkl", "df", "vasc", "scc", "unk"}
_DIAGNOSES |= {"melanoma", "seborrheic_keratosis"}  # 2016 and 2017, where neither means a nevus
_FACTS = {"age": ("age_approx", "age_approximate"), "sex": ("sex",), "site": ("anatom_site_general",)}
_FACTS["site"] += ("anatom_site_general_challenge",)


class Isic:
    """Truth and metadata lie in different tables; both are keyed by the name of the picture."""

    name = "isic"
    several_labels = False

    def recognises(self, source: Source) -> bool:
        return any(_is_truth(source.header(table)) for table in source.tables())

    def records(self, source: Source) -> Iterator[Record]:
        tables = list(source.tables())
        _remember(source, [table for table in tables if _is_metadata(source.header(table))])
        for table in tables:
            if _is_truth(source.header(table)):
                yield from _records(source, table)


def _is_truth(header: set[str]) -> bool:
    diagnoses = header & _DIAGNOSES
    if header & {"diagnosis", "benign_malignant"} and "image_name" in header:
        return True  # 2020: a diagnosis in words
    return any(name in header for name in _IMAGE) and len(diagnoses) >= 2


def _is_metadata(header: set[str]) -> bool:
    columns = {name for names_ in _FACTS.values() for name in names_} | {"lesion_id", "patient_id"}
    return any(name in header for name in _IMAGE) and bool(header & columns)


def _remember(source: Source, tables: list[Entry]) -> None:
    """Keep the metadata by the name of the picture, in the store: some challenges have 400,000 rows."""
    base = source.store.base
    base.execute("CREATE TEMP TABLE IF NOT EXISTS isic (image TEXT PRIMARY KEY, facts TEXT)")
    for table in tables:
        for row in source.rows(table):
            facts = json.loads(_remembered(source, _image(row)) or "{}") | {k: v for k, v in row.items() if v}
            base.execute("INSERT OR REPLACE INTO isic VALUES (?, ?)", (_image(row), json.dumps(facts)))


def _remembered(source: Source, image: str) -> str:
    row = source.store.base.execute("SELECT facts FROM isic WHERE image = ?", (image,)).fetchone()
    return row[0] if row else ""


def _records(source: Source, table: Entry) -> Iterator[Record]:
    for row in source.rows(table):
        image = _image(row)
        photo = source.photo(image)
        labels = _labels(row)
        if photo is None or not labels:
            missing = "there is no such picture" if photo is None else "it has no diagnosis"
            source.store.add_bad(image, f"named in {table.name}, but {missing}")
            continue
        more = json.loads(_remembered(source, image) or "{}")
        yield Record(photo.id, labels, hints=_hints(more), split=_split(table), facts=_facts(more))


def _image(row: dict[str, str]) -> str:
    return next((row[name] for name in _IMAGE if row.get(name)), "")


def _labels(row: dict[str, str]) -> tuple[str, ...]:
    """The columns that hold a one; where 2016 and 2017 tick nothing it is a nevus."""
    if "diagnosis" in row or "benign_malignant" in row:
        return (lesion(names.known(row.get("diagnosis")) or f"other {row.get('benign_malignant', '')}"),)
    ticked = [name for name in row if name in _DIAGNOSES and _is_one(row[name])]
    if not ticked and {"melanoma", "seborrheic_keratosis"} <= set(row):
        return ("nv",)
    return tuple(lesion(name) for name in ticked if name != "unk")


def _is_one(cell: str) -> bool:
    try:
        return float(cell) >= 0.5
    except ValueError:
        return False


def _hints(facts: dict[str, str]) -> tuple[str, ...]:
    return tuple(f"{what} {facts[f'{what}_id']}" for what in ("patient", "lesion") if facts.get(f"{what}_id"))


def _facts(facts: dict[str, str]) -> dict[str, str]:
    cell = {name: next((facts[c] for c in columns if c in facts), "") for name, columns in _FACTS.items()}
    return {
        "modality": "dermoscopic",
        "age": names.age(cell["age"]),
        "sex": names.sex(cell["sex"]),
        "site": names.known(cell["site"]),
    }


def _split(table: Entry) -> str:
    stem = table.path.stem.lower()
    return next((split for word, split in (("train", "train"), ("valid", "val"), ("test", "test")) if word in stem), "")
