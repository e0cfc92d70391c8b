"""COCO-style JSON: images, annotations and categories in one file; an image's labels are its categories."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ml.datasets.importers import names
from ml.datasets.records import Record
from ml.datasets.source import Entry, Source

_KEYS = {"images", "annotations", "categories"}


class Coco:
    """Boxes and outlines are not needed here: what is drawn in a picture is what it shows."""

    name = "coco"
    several_labels = True

    def recognises(self, source: Source) -> bool:
        return any(_is_coco(source, entry) for entry in source.jsons())

    def records(self, source: Source) -> Iterator[Record]:
        for entry in source.jsons():
            told = source.json(entry)
            if isinstance(told, dict) and set(told) >= _KEYS:
                yield from _records(source, entry, told)


def _is_coco(source: Source, entry: Entry) -> bool:
    told = source.json(entry)
    return isinstance(told, dict) and set(told) >= _KEYS and isinstance(told["images"], list)


def _records(source: Source, entry: Entry, told: dict[str, Any]) -> Iterator[Record]:
    categories = {category["id"]: names.label(str(category["name"])) for category in told["categories"]}
    labels: dict[Any, set[str]] = {}
    for annotation in told["annotations"]:
        labels.setdefault(annotation["image_id"], set()).add(categories.get(annotation["category_id"], "unknown"))
    for image in told["images"]:
        photo = source.photo(str(image["file_name"]))
        found = tuple(sorted(labels.get(image["id"], {"no_finding"})))
        if photo is None:
            source.store.add_bad(str(image["file_name"]), f"named in {entry.name}, but there is no such picture")
            continue
        yield Record(photo.id, found, hints=_hints(image), split=_split(entry, image))


def _hints(image: dict[str, Any]) -> tuple[str, ...]:
    return tuple(f"{key} {image[key]}" for key in ("patient_id", "animal_id", "lesion_id") if image.get(key))


def _split(entry: Entry, image: dict[str, Any]) -> str:
    """From the file name of the JSON (instances_train2017) or from the folder of the picture."""
    words = [*entry.path.stem.lower().replace("-", "_").split("_"), *str(image["file_name"]).split("/")]
    found = (names.split_named(word.rstrip("0123456789")) for word in words)
    return next((split for split in found if split), "")
