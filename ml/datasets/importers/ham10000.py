"""HAM10000: dermoscopic photos in two parts and a table with a diagnosis, a lesion, an age, a sex and a site each."""

from __future__ import annotations

from collections.abc import Iterator

from ml.datasets.importers import names
from ml.datasets.importers.skin_lesions import lesion
from ml.datasets.records import Record
from ml.datasets.source import Entry, Source

_COLUMNS = {"lesion_id", "image_id", "dx"}


class Ham10000:
    """Up to six photos show one lesion, so the lesion is the group."""

    name = "ham10000"
    several_labels = False

    def recognises(self, source: Source) -> bool:
        return any(source.header(table) >= _COLUMNS for table in source.tables())

    def records(self, source: Source) -> Iterator[Record]:
        tables = [table for table in source.tables() if source.header(table) >= _COLUMNS]
        return (record for table in tables for record in _records(source, table))


def _records(source: Source, table: Entry) -> Iterator[Record]:
    for row in source.rows(table):
        photo = source.photo(row["image_id"])
        if photo is None:
            source.store.add_bad(row["image_id"], f"named in {table.name}, but there is no such picture")
            continue
        facts = {
            "modality": "dermoscopic",
            "age": names.age(row.get("age")),
            "sex": names.sex(row.get("sex")),
            "site": names.known(row.get("localization")),
        }
        split = "test" if "test" in table.path.stem.lower() else ""
        yield Record(photo.id, (lesion(row["dx"]),), hints=(f"lesion {row['lesion_id']}",), split=split, facts=facts)
