"""The pictures that the probes look at: all of a small set, a fair share of every label of a large one."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.datasets.alike import Numbers
from ml.datasets.families import Families
from ml.datasets.picture import THUMB
from ml.datasets.probes import name_traits
from ml.datasets.store import Store
from ml.datasets.traits import Traits

MOST = 2000  # pictures: half a 95 % interval of an AUC is then 0.03 at most, and the probes' memory ends growing
_COARSE = 8  # a thumb in 8 by 8 greys says what is where, and no more


@dataclass(frozen=True)
class Sample:
    """Pictures with everything the probes ask for, one entry each."""

    traits: dict[str, list[Traits]]  # by kind of probe
    content: list[Traits]  # all of it except the names, and what is roughly where
    labels: list[str]
    splits: list[str]  # of the source: "train", "held out", or ""
    groups: Numbers


def draw(store: Store, families: Families, labels: NDArray[np.object_], *, seed: int) -> Sample:
    """At most MOST of the pictures that are kept."""
    places = _places(np.flatnonzero(families.kept), labels, seed)
    rows = [_row(store, int(families.records[place])) for place in places]
    traits = {kind: [row["traits"][kind] for row in rows] for kind in ("file_type", "size", "border", "camera")}
    traits["name"] = [name_traits(row["name"]) for row in rows]
    return Sample(
        traits=traits,
        content=[_content(row) for row in rows],
        labels=[str(label) for label in labels[places]],
        splits=["held out" if row["split"] in {"val", "test"} else str(row["split"]) for row in rows],
        groups=families.groups[places],
    )


def _places(kept: Numbers, labels: NDArray[np.object_], seed: int) -> Numbers:
    """MOST of the places, in turns from every label, so that rare ones stay whole."""
    shuffled = np.random.default_rng(seed).permutation(kept)
    seen: Counter[str] = Counter()
    turn = np.empty(len(shuffled), dtype=np.int64)
    for index, place in enumerate(shuffled):
        turn[index] = seen[labels[place]]
        seen[labels[place]] += 1
    return np.sort(shuffled[np.argsort(turn, kind="stable")[:MOST]])


def _row(store: Store, record: int) -> dict[str, Any]:
    query = (
        "SELECT name, split, traits, thumb FROM records JOIN files ON files.id = file"
        " JOIN looks ON looks.record = records.id JOIN blobs ON blobs.record = records.id WHERE records.id = ?"
    )
    name, split, traits, thumb = next(store.rows(query, record))
    return {"name": name, "split": split, "traits": json.loads(traits), "thumb": thumb}


def _content(row: dict[str, Any]) -> Traits:
    traits: Traits = {f"{kind} {key}": value for kind, those in row["traits"].items() for key, value in those.items()}
    grey = np.frombuffer(row["thumb"], dtype=np.uint8).reshape(_COARSE, THUMB // _COARSE, _COARSE, -1).mean(axis=(1, 3))
    return traits | {f"what is where {spot}": float(value) for spot, value in enumerate(grey.ravel())}
