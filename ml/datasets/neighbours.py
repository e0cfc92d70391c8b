"""Pictures that are the same or nearly so: found by their hashes, confirmed by their small greys."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from ml.datasets.alike import RADIUS, Hashes, Numbers, near_pairs
from ml.datasets.likeness import ALIKE, ALIKE_TURNED, SAME, likeness, turned
from ml.datasets.picture import THUMB, TURNS
from ml.datasets.store import Store

Pairs = NDArray[np.int64]  # shape (n, 2): places of two pictures

NO_PAIRS: Pairs = np.empty((0, 2), dtype=np.int64)
_AT_ONCE = 512  # pairs of thumbs: 10 MB with all that is tried on them
_PILE = 2**21  # candidates kept before repeated ones are thrown out: 16 MB
_NEAREST = 12  # neighbours that each picture is compared with: of a thousand frames all are linked by their next ones


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
            alike.append(pairs[best >= (ALIKE_TURNED if turn else ALIKE)])
            same.append(pairs[(lying >= SAME) & (turn == 0)])
    return np.concatenate(same), np.concatenate(alike)


def _candidates(hashes: Hashes, seed: int) -> Numbers:
    """Each near pair once, as rows (turn, left, right); of a crowd, each picture's nearest only.

    Pictures that hash alike in every position are paired with the first of them, which stands for them all.
    """
    first, stands_for = np.unique(hashes, axis=0, return_index=True, return_inverse=True)[1:]
    others = np.flatnonzero(first[stands_for] != np.arange(len(hashes)))
    copies = np.stack([np.zeros(len(others), dtype=np.int64), first[stands_for[others]], others], axis=1)
    turns, left, right = _near(hashes[first], seed)
    left, right = first[left], first[right]
    lower, upper = np.minimum(left, right), np.maximum(left, right)
    upright = turns == 0  # then left and right are one pair, whoever found whom
    rows = np.stack([turns, np.where(upright, lower, left), np.where(upright, upper, right)], axis=1)
    return np.unique(np.concatenate([copies, rows]), axis=0)


def _near(hashes: Hashes, seed: int) -> tuple[Numbers, Numbers, Numbers]:
    """``(turns, left, right)`` of the near pairs, as numbers that sort by left picture and then by distance."""
    count = max(1, len(hashes))
    pile: list[Numbers] = [np.empty(0, dtype=np.int64)]
    for turn, left, right in near_pairs(hashes, seed=seed):
        distance = np.bitwise_count(hashes[left, turn] ^ hashes[right, 0]).astype(np.int64)
        pile.append(((left * (RADIUS + 1) + distance) * len(TURNS) + turn) * count + right)
        if sum(map(len, pile)) > _PILE:
            pile = [_nearest(np.concatenate(pile), count)]
    keys = _nearest(np.concatenate(pile), count)
    return keys // count % len(TURNS), keys // (count * len(TURNS) * (RADIUS + 1)), keys % count


def _nearest(keys: Numbers, count: int) -> Numbers:
    """Of keys that sort by left picture, then by distance, the first _NEAREST of each left picture."""
    keys = np.unique(keys)
    left = keys // (count * len(TURNS) * (RADIUS + 1))
    rank = np.arange(len(keys)) - np.searchsorted(left, left)
    return keys[rank < _NEAREST]


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
