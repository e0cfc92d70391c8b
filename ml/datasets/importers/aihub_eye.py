"""AI Hub's pet eye photos: a JSON beside each, in folders by animal, disease and degree, all named in Korean."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from ml.datasets.importers import names
from ml.datasets.records import Record
from ml.datasets.source import Entry, Source

NO_FINDING = "no_finding"  # of the disease in question, which is not the same as healthy
DISEASES = {
    "결막염": "conjunctivitis",
    "백내장": "cataract",
    "안검염": "blepharitis",
    "비궤양성각막질환": "nonulcerative_keratitis",
    "비궤양성각막염": "nonulcerative_keratitis",
    "궤양성각막질환": "ulcerative_keratitis",
    "각막궤양": "corneal_ulcer",
    "각막부골편": "corneal_sequestrum",
    "색소침착성각막염": "pigmentary_keratitis",
    "안검내반증": "entropion",
    "안검종양": "eyelid_tumor",
    "유루증": "epiphora",
    "핵경화": "nuclear_sclerosis",
}
_ABSENT = {"무", "정상", "no", "없음", "0"}
_MACHINES = ("초음파", "안저")  # ultrasound and fundus cameras: no photo of an eye
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class AiHubEye:
    """One photo of one eye per JSON; several diseases of one eye are several files."""

    name = "aihub_pet_eye"
    several_labels = True

    def recognises(self, source: Source) -> bool:
        return any(_label(source.json(entry)) for entry, _ in zip(source.jsons(), range(20), strict=False))

    def records(self, source: Source) -> Iterator[Record]:
        for entry in source.jsons():
            told = source.json(entry)
            label = _label(told)
            if label and not _left_out(label, _meta(told)):
                yield from _record(source, entry, label, _meta(told))


def _label(told: Any) -> dict[str, Any]:
    label = told.get("label") if isinstance(told, dict) else None
    label = label[0] if isinstance(label, list) and label else label
    return label if isinstance(label, dict) and "label_disease_nm" in label else {}


def _meta(told: dict[str, Any]) -> dict[str, Any]:
    images = told.get("images")
    meta = images.get("meta", images) if isinstance(images, dict) else None
    return meta if isinstance(meta, dict) else {}


def _left_out(label: dict[str, Any], meta: dict[str, Any]) -> bool:
    """Withdrawn photos, and pictures that are none."""
    device = unicodedata.normalize("NFC", str(meta.get("device", "")))
    return str(label.get("label_deleted", 0)) in {"1", "True"} or any(word in device for word in _MACHINES)


def _record(source: Source, entry: Entry, label: dict[str, Any], meta: dict[str, Any]) -> Iterator[Record]:
    photo = _photo(source, entry, str(label.get("label_filename") or meta.get("file_name") or ""))
    if photo is None:
        source.store.add_bad(entry.name, "the JSON names a picture that is not there")
        return
    disease = disease_code(str(label["label_disease_nm"]))
    absent = _degree(label) in _ABSENT
    yield Record(
        photo.id,
        (NO_FINDING,) if absent else (disease,),
        absent=(disease,) if absent else (),
        hints=_hints(photo, meta),
        split=_split(entry),
        facts={
            "modality": "camera",
            "age": names.age(str(meta.get("age", ""))),
            "sex": names.sex(_text(meta, "gender")),
        },
    )


def disease_code(name: str) -> str:
    """The project's code of a Korean disease name; a name it does not know stays."""
    name = unicodedata.normalize("NFC", name).strip()
    return DISEASES.get(name, names.label(name))


def _degree(label: dict[str, Any]) -> str:
    """The last of the three findings that says anything: 유, 무, 상, 하, 초기, 비성숙 or 성숙."""
    found = [_text(label, f"label_disease_lv_{level}") for level in (3, 2, 1)]
    return next((names.known(text).lower() for text in found if names.known(text)), "")


def _photo(source: Source, entry: Entry, name: str) -> Entry | None:
    """The picture beside the JSON, else the one it names, wherever the archive put its pictures."""
    stem = entry.path.stem
    return source.beside(entry, stem) or source.photo(stem) or (source.photo(name) if name else None)


def _hints(photo: Entry, meta: dict[str, Any]) -> tuple[str, ...]:
    """A crop shares the UUID of its original; one animal at one sitting shares breed, age, sex and minute."""
    uuid = _UUID.search(photo.path.stem.lower())
    hints = [f"photo {uuid.group()}"] if uuid else []
    taken = _text(meta, "date_time")[:16]
    if taken and meta.get("breed"):
        hints.append(f"sitting {taken} {_text(meta, 'breed')} {_text(meta, 'age')} {_text(meta, 'gender')}")
    return tuple(hints)


def _split(entry: Entry) -> str:
    """From 1.Training and 2.Validation, or from TS1, TL1, VS1 and VL1 where those folders were unpacked alone."""
    for part in entry.path.parts[:-1]:
        if split := names.split_named(part):
            return split
        if found := re.match(r"\[?([TV])[SL]_?\d*\b", part):
            return {"T": "train", "V": "val"}[found.group(1)]
    return ""


def _text(facts: dict[str, Any], key: str) -> str:
    return unicodedata.normalize("NFC", str(facts.get(key, "") or "")).strip()
