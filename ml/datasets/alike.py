"""Which pictures may look alike, found among any number without comparing each with each."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]
Numbers = NDArray[np.int64]

RADIUS = 10  # of 64 bits; unrelated photos differ in 32, photos of one kind (dermoscopy, X-rays) in 14 and more
_TABLES = 32  # with 13 of 64 bits compared in each, 96 of 100 pairs at RADIUS meet in at least one, all at half of it
_CROWD = 64  # of one bucket, as many are compared with all the others: blank pictures all hash alike
_BLOCK = 2**18  # comparisons at once: a few MB


def near_pairs(hashes: Hashes, *, seed: int) -> Iterator[tuple[int, Numbers, Numbers]]:
    """Blocks of ``(turn, left, right)``: pictures whose hashes differ in at most RADIUS bits once left is turned.

    Every table sorts the pictures by a few bits of their hash, drawn by ``seed``, and compares within equals only
    (bit-sampling LSH, https://doi.org/10.1145/276698.276876), so the work grows with the count, not with its square.
    A pair may come up in several tables.

    Args:
        hashes: Shape (n, 8): how a picture hashes upright, then turned and mirrored.
    """
    dice = np.random.default_rng(seed)
    bits = int(np.clip(np.ceil(np.log2(max(2, len(hashes)))), 6, 20))
    for _ in range(_TABLES):
        mask = np.bitwise_or.reduce(np.uint64(1) << dice.choice(64, bits, replace=False).astype(np.uint64))
        order = np.argsort(hashes[:, 0] & mask, kind="stable")
        for turn in range(hashes.shape[1]):
            for left, right in _meetings(hashes[:, turn] & mask, (hashes[:, 0] & mask)[order], order):
                near = (left != right) & (np.bitwise_count(hashes[left, turn] ^ hashes[right, 0]) <= RADIUS)
                if near.any():
                    yield turn, left[near], right[near]


def _meetings(wanted: Hashes, keys: Hashes, order: Numbers) -> Iterator[tuple[Numbers, Numbers]]:
    """Every picture beside those whose sorted key is the one it wants, a block of comparisons at a time."""
    first = np.searchsorted(keys, wanted, "left")
    crowd = np.minimum(np.searchsorted(keys, wanted, "right") - first, _CROWD)
    blocks = np.cumsum(crowd) // _BLOCK
    for start, stop in _runs(blocks):
        sizes = crowd[start:stop]
        left = np.repeat(np.arange(start, stop), sizes)
        within = np.arange(len(left)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        yield left, order[first[left] + within]


def _runs(values: Numbers) -> Iterator[tuple[int, int]]:
    """Where each run of equal values begins and ends."""
    edges = np.flatnonzero(np.diff(values, prepend=-1, append=-1))
    return zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True)
