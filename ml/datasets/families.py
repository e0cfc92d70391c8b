"""Who belongs together: copies of a picture, its neighbours, and everything of one patient, lesion or animal."""

from __future__ import annotations

from array import array
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from ml.datasets.alike import Numbers
from ml.datasets.neighbours import Pairs, find_neighbours
from ml.datasets.store import Store

Flags = NDArray[np.bool_]

ONE_PHOTO = "photo "  # a hint that begins so names a photo, not the patient or animal in it
_SEEN = "FROM looks JOIN records ON records.id = looks.record"
_READABLE = "WHERE error IS NULL"


@dataclass(frozen=True)
class Families:
    """One entry per readable picture, in the order of the source; equal numbers belong together."""

    records: Numbers  # their numbers in the store
    twins: Numbers  # one photo, saved once or more
    looks: Numbers  # twins and neighbours: what looks alike
    groups: Numbers  # looks, patients, lesions and animals: what a split must not part
    known: Flags  # the source names the patient, lesion or animal
    torn: Flags  # the very same picture has another label as well
    kept: Flags  # the first of its twins that is not torn

    @property
    def copies(self) -> int:
        """Pictures left out because the set holds the same one."""
        return int((~self.kept & ~self.torn).sum())


def find_families(store: Store, *, multilabel: bool, seed: int) -> Families:
    """Compare all pictures; nothing here depends on how often the reading was stopped."""
    records = _numbers(store, f"SELECT record FROM looks {_READABLE} ORDER BY record")
    labels = _labels(store)
    exact = np.concatenate([_equal(store, records, "digest"), _equal(store, records, "pixels")])
    same, alike = find_neighbours(store, records, seed=seed)
    if not multilabel:
        same = same[labels[same[:, 0]] == labels[same[:, 1]]]
    count = len(records)
    twins = _components(count, exact, same)
    torn = np.zeros(count, dtype=bool) if multilabel else _torn(_components(count, exact), labels)
    return Families(
        records=records,
        twins=twins,
        looks=_components(count, exact, alike),
        groups=_components(count, exact, alike, _hinted(store, records)),
        known=_known(store),
        torn=torn,
        kept=_first_of_each(twins, ~torn),
    )


def _numbers(store: Store, query: str) -> Numbers:
    return np.fromiter((row[0] for row in store.rows(query)), dtype=np.int64)


def _labels(store: Store) -> Numbers:
    """A number for each picture, equal where the labels are."""
    numbers: dict[str, int] = {}
    rows = store.rows(f"SELECT labels {_SEEN} {_READABLE} ORDER BY record")
    return np.fromiter((numbers.setdefault(row[0], len(numbers)) for row in rows), dtype=np.int64)


def _equal(store: Store, records: Numbers, column: str) -> Pairs:
    """Pictures with the same value in a column, each paired with the next."""
    return _chained(store, records, f"SELECT {column}, record FROM looks {_READABLE} ORDER BY 1, 2")


def _hinted(store: Store, records: Numbers) -> Pairs:
    """Pictures that share the name of a patient, lesion, animal or photo, each paired with the next."""
    return _chained(store, records, f"SELECT value, record {_SEEN}, json_each(hints) {_READABLE} ORDER BY 1, 2")


def _chained(store: Store, records: Numbers, query: str) -> Pairs:
    pairs = array("q")
    last_value, last_place = None, -1
    for value, record in store.rows(query):
        place = int(np.searchsorted(records, record))
        if value == last_value:
            pairs.extend((last_place, place))
        last_value, last_place = value, place
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)


def _known(store: Store) -> Flags:
    named = f"EXISTS (SELECT 1 FROM json_each(hints) WHERE value NOT LIKE '{ONE_PHOTO}%')"
    return _numbers(store, f"SELECT {named} {_SEEN} {_READABLE} ORDER BY record").astype(bool)


def _components(count: int, *pairs: Pairs) -> Numbers:
    """The family of each of ``count`` pictures when every pair belongs together, and so on along the chains."""
    left, right = np.concatenate(pairs).T
    graph = coo_array((np.ones(len(left), dtype=bool), (left, right)), shape=(count, count))
    return connected_components(graph, directed=False)[1].astype(np.int64)


def _torn(exact: Numbers, labels: Numbers) -> Flags:
    """Pictures whose exact twins do not all have the same label: one of the two labels is wrong."""
    lowest = np.full(len(exact), np.iinfo(np.int64).max)
    highest = np.full(len(exact), -1)
    np.minimum.at(lowest, exact, labels)
    np.maximum.at(highest, exact, labels)
    return (lowest != highest)[exact]


def _first_of_each(families: Numbers, allowed: Flags) -> Flags:
    """Marks, of each family, the first picture that is allowed."""
    places = np.flatnonzero(allowed)
    first = np.zeros(len(families), dtype=bool)
    first[places[np.unique(families[places], return_index=True)[1]]] = True
    return first
