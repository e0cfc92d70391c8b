"""PAD-UFES-20: smartphone photos of skin with a patient, a lesion and a diagnosis each."""

from __future__ import annotations

from collections.abc import Iterator

from ml.datasets.importers import names
from ml.datasets.importers.skin_lesions import lesion
from ml.datasets.records import Record
from ml.datasets.source import Entry, Source

_COLUMNS = {"patient_id", "lesion_id", "diagnostic", "img_id"}


class PadUfes:
    """A patient has several lesions in the same light on the same skin, so the patient is the group."""

    name = "pad_ufes_20"
    several_labels = False

    def recognises(self, source: Source) -> bool:
        return any(source.header(table) >= _COLUMNS for table in source.tables())

    def records(self, source: Source) -> Iterator[Record]:
        tables = [table for table in source.tables() if source.header(table) >= _COLUMNS]
        return (record for table in tables for record in _records(source, table))


def _records(source: Source, table: Entry) -> Iterator[Record]:
    for row in source.rows(table):
        photo = source.photo(row["img_id"])
        if photo is None:
            source.store.add_bad(row["img_id"], f"named in {table.name}, but there is no such picture")
            continue
        facts = {
            "modality": "clinical",
            "age": names.age(row.get("age")),
            "sex": names.sex(row.get("gender")),
            "site": names.known(row.get("region")).lower(),
        }
        yield Record(photo.id, (lesion(row["diagnostic"]),), hints=(f"patient {row['patient_id']}",), facts=facts)
