"""PAD-UFES-20: smartphone photos of skin with a patient, a lesion and a diagnosis each."""

from __future__ import annotations

from collections.abc import Iterator

from ml.datasets.importers import names
from ml.datasets.importers.photo_rows import photo_rows, tables_with
from ml.datasets.importers.skin_lesions import lesion
from ml.datasets.records import Record
from ml.datasets.source import Source

_COLUMNS = {"patient_id", "lesion_id", "diagnostic", "img_id"}


class PadUfes:
    """A patient has several lesions in the same light on the same skin, so the patient is the group."""

    name = "pad_ufes_20"
    several_labels = False

    def recognises(self, source: Source) -> bool:
        return bool(tables_with(source, _COLUMNS))

    def records(self, source: Source) -> Iterator[Record]:
        for _table, row, photo in photo_rows(source, _COLUMNS, "img_id"):
            facts = {
                "modality": "clinical",
                "age": names.age(row.get("age")),
                "sex": names.sex(row.get("gender")),
                "site": names.known(row.get("region")).lower(),
            }
            yield Record(photo.id, (lesion(row["diagnostic"]),), hints=(f"patient {row['patient_id']}",), facts=facts)
