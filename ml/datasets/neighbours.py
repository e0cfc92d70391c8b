"""Pictures that are the same or nearly so: found by their hashes, confirmed by their small greys."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from ml.datasets.alike import Hashes, Numbers, near_pairs
from ml.datasets.likeness import ALIKE, SAME, likeness, turned
from ml.datasets.picture import THUMB, TURNS
from ml.datasets.store import Store

Pairs = NDArray[np.int64]  # shape (n, 2): places of two pictures

NO_PAIRS: Pairs = np.empty((0, 2), dtype=np.int64)
_AT_ONCE = 512  # pairs of thumbs: 10 MB with all that is tried on them
_PILE = 2**21  # candidates kept before repeated ones are thrown out: 16 MB


def find_neighbours(store: Store, records: Numbers, *, seed: int) -> tuple[Pairs, Pairs]:
    """``(same, alike)``: pairs of places in ``records``; whatever is the same is alike as well."""
    same, alike = [NO_PAIRS], [NO_PAIRS]
    candidates = _candidates(_hashes(store, len(records)), seed)
    blocks = [candidates[start : start + _AT_ONCE] for start in range(0, len(candidates), _AT_ONCE)]
    for block in tqdm(blocks, desc="compare", unit="block"):
        for turn in np.unique(block[:, 0]).tolist():
            pairs = block[block[:, 0] == turn, 1:]
            left, right = (_thumbs(store, records[side]) for side in pairs.T)
            lying, best = likeness(turned(left, turn), right)
            alike.append(pairs[best >= ALIKE])
            same.append(pairs[(lying >= SAME) & (turn == 0)])
    return np.concatenate(same), np.concatenate(alike)


def _candidates(hashes: Hashes, seed: int) -> Numbers:
    """Each near pair once, as rows (turn, left, right) in the order of their numbers."""
    count = max(1, len(hashes))
    pile: list[Numbers] = [np.empty(0, dtype=np.int64)]
    for turn, left, right in near_pairs(hashes, seed=seed):
        if turn == 0:
            left, right = np.minimum(left, right), np.maximum(left, right)
        pile.append((turn * count + left) * count + right)
        if sum(map(len, pile)) > _PILE:
            pile = [np.unique(np.concatenate(pile))]
    keys = np.unique(np.concatenate(pile))
    return np.stack([keys // count**2, keys // count % count, keys % count], axis=1)


def _hashes(store: Store, count: int) -> Hashes:
    """Shape (n, 8)."""
    hashes = np.empty((count, len(TURNS)), dtype=np.uint64)
    rows = store.rows("SELECT hashes FROM looks WHERE error IS NULL ORDER BY record")
    for row, (stored,) in zip(hashes, rows, strict=True):
        row[:] = np.frombuffer(stored, dtype=np.uint64)
    return hashes


def _thumbs(store: Store, records: Numbers) -> NDArray[np.uint8]:
    """Shape (n, 32, 32)."""
    wanted = np.unique(records)
    found = [store.one("SELECT thumb FROM blobs WHERE record = ?", int(record)) for record in wanted]
    thumbs = np.frombuffer(b"".join(found), dtype=np.uint8).reshape(-1, THUMB, THUMB)
    return thumbs[np.searchsorted(wanted, records)]
