"""HAM10000: dermoscopic photos in two parts and a table with a diagnosis, a lesion, an age, a sex and a site each."""

from __future__ import annotations

from collections.abc import Iterator

from ml.datasets.importers import names
from ml.datasets.importers.photo_rows import photo_rows, tables_with
from ml.datasets.importers.skin_lesions import lesion
from ml.datasets.records import Record
from ml.datasets.source import Source

_COLUMNS = {"lesion_id", "image_id", "dx"}


class Ham10000:
    """Up to six photos show one lesion, so the lesion is the group."""

    name = "ham10000"
    several_labels = False

    def recognises(self, source: Source) -> bool:
        return bool(tables_with(source, _COLUMNS))

    def records(self, source: Source) -> Iterator[Record]:
        for table, row, photo in photo_rows(source, _COLUMNS, "image_id"):
            facts = {
                "modality": "dermoscopic",
                "age": names.age(row.get("age")),
                "sex": names.sex(row.get("sex")),
                "site": names.known(row.get("localization")),
            }
            split = "test" if "test" in table.path.stem.lower() else ""
            yield Record(
                photo.id, (lesion(row["dx"]),), hints=(f"lesion {row['lesion_id']}",), split=split, facts=facts
            )
