"""AI Hub's pet skin photos: a JSON with polygons and metaData each, classes A1 to A7, folders named in Korean."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ml.datasets.importers import names
from ml.datasets.importers.aihub_eye import _photo, _split, _text
from ml.datasets.records import Record
from ml.datasets.source import Entry, Source

LESIONS = {
    "A1": "papule_plaque",
    "A2": "dandruff_scale_collarette",
    "A3": "lichenification_hyperpigmentation",
    "A4": "pustule_acne",
    "A5": "erosion_ulcer",
    "A6": "nodule_mass",
    "A7": "healthy",
}
_CODE = re.compile(r"A[1-7]")
_CAMERAS = {"더모스코프": "dermoscopic", "현미경": "microscopic", "일반카메라": "camera"}


class AiHubSkin:
    """The class stands in metaData, in the name of a polygon, in the folder and in the file; the first one counts."""

    name = "aihub_pet_skin"
    several_labels = False

    def recognises(self, source: Source) -> bool:
        return any(_is_skin(source.json(entry)) for entry, _ in zip(source.jsons(), range(20), strict=False))

    def records(self, source: Source) -> Iterator[Record]:
        for entry in source.jsons():
            told = source.json(entry)
            if _is_skin(told) and told.get("inspRejectYn", "N") != "Y":
                yield from _record(source, entry, told)


def _is_skin(told: Any) -> bool:
    return isinstance(told, dict) and "labelingInfo" in told and isinstance(_meta(told), dict)


def _meta(told: dict[str, Any]) -> Any:
    return told.get("metaData", told.get("metadata"))


def _record(source: Source, entry: Entry, told: dict[str, Any]) -> Iterator[Record]:
    meta = _meta(told)
    photo = _photo(source, entry, _text(meta, "Raw data ID"))
    code = _code(entry, told)
    if photo is None or not code:
        missing = "the JSON has no picture" if photo is None else "neither JSON nor folder names a class from A1 to A7"
        source.store.add_bad(entry.name, missing)
        return
    camera = next((word for part in entry.path.parts for word in _CAMERAS if word in part), "")
    facts = {
        "modality": _CAMERAS.get(camera, ""),
        "age": names.age(_text(meta, "age")),
        "sex": names.sex(_text(meta, "gender")),
        "site": names.known(_text(meta, "region")).lower(),
    }
    yield Record(photo.id, (LESIONS[code],), hints=_hints(meta), split=_split(entry), facts=facts)


def _code(entry: Entry, told: dict[str, Any]) -> str:
    meta = _meta(told)
    drawn = [
        str(shape.get("label", "")) for info in told["labelingInfo"] for shape in info.values() if _is_shape(shape)
    ]
    says = ["A7" if "무증상" in entry.path.parts else "", _text(meta, "lesions"), *drawn, str(entry.path.parent)]
    found = (_CODE.search(text) for text in [*says, entry.path.stem])
    return next((code.group() for code in found if code), "")


def _is_shape(shape: object) -> bool:
    return isinstance(shape, dict)


def _hints(meta: dict[str, Any]) -> tuple[str, ...]:
    """The animal, where the JSON names it; the identifier of a source says the clinic, not the animal."""
    found = next((_text(meta, key) for key in ("pet_id", "animal_id", "patient_id") if _text(meta, key)), "")
    return (f"animal {found}",) if found else ()
