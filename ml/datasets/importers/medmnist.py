"""MedMNIST: an npz with train_images, train_labels, val_images … as arrays."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.datasets.records import Record
from ml.datasets.source import Entry, Source

_SUFFIX = "_images"


class MedMnist:
    """Labels are numbers whose names stand elsewhere, so they are called class_0, class_1 …"""

    name = "medmnist"
    several_labels = False

    def recognises(self, source: Source) -> bool:
        return any(entry.path.suffix == ".array" for entry in source.pictures())

    def records(self, source: Source) -> Iterator[Record]:
        labels = {str(entry.path.with_suffix("")): entry for entry in source.arrays()}
        for entry in source.pictures():
            key = str(entry.path.parent).removesuffix(_SUFFIX)
            if entry.path.suffix == ".array" and f"{key}_labels" in labels:
                yield _record(entry, labels[f"{key}_labels"])


def _record(entry: Entry, labels: Entry) -> Record:
    row = np.atleast_1d(_array(labels.place)[int(entry.member)])
    split = entry.path.parent.name.removesuffix(_SUFFIX)
    if len(row) == 1:
        return Record(entry.id, (f"class_{int(row[0])}",), split=split)
    present = tuple(f"class_{index}" for index, value in enumerate(row) if value)
    absent = tuple(f"class_{index}" for index, value in enumerate(row) if not value)
    return Record(entry.id, present or ("no_finding",), absent=absent, split=split)


@lru_cache(maxsize=8)
def _array(place: str) -> NDArray[Any]:
    return np.load(place, mmap_mode="r", allow_pickle=False)
