"""Finding neighbours among many pictures, and telling them from strangers."""

import tracemalloc

import numpy as np
import pytest
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from ml.datasets import alike, neighbours
from ml.datasets.likeness import ALIKE, SAME, likeness, turned
from ml.datasets.picture import TURNS, look_at
from tests.ml.datasets.drawing import drawn, encoded, sibling


def family(count: int, distance: int) -> alike.Hashes:
    """``count`` random hashes, and ``count`` more that differ from them in ``distance`` bits."""
    dice = np.random.default_rng(0)
    hashes = dice.integers(0, 2**64, count, dtype=np.uint64)
    flips = np.array(
        [np.bitwise_or.reduce(np.uint64(1) << dice.choice(64, distance, False).astype(np.uint64)) for _ in hashes]
    )
    upright = np.concatenate([hashes, hashes ^ flips])
    turns: alike.Hashes = np.repeat(upright[:, None], 8, axis=1) ^ np.arange(8, dtype=np.uint64) * np.uint64(
        0x9E3779B97F4A7C15
    )
    return turns


def recall(count: int, distance: int) -> float:
    found = set()
    for turn, left, right in alike.near_pairs(family(count, distance), seed=0):
        if turn == 0:
            found |= set(zip(np.minimum(left, right).tolist(), np.maximum(left, right).tolist(), strict=True))
    return sum((number, number + count) in found for number in range(count)) / count


@pytest.mark.parametrize(("distance", "least"), [(0, 1.0), (4, 1.0), (6, 0.99), (10, 0.9)])
def test_near_hashes_meet_however_many_there_are(distance: int, least: float) -> None:
    assert recall(2000, distance) >= least


def test_hashes_further_apart_than_the_radius_are_no_pair() -> None:
    assert recall(200, alike.RADIUS + 1) == 0


def test_a_crowd_of_blank_pictures_takes_no_square_of_memory() -> None:
    blank = np.zeros((20_000, 8), dtype=np.uint64)
    tracemalloc.start()
    pairs = 0
    for _, left, _ in alike.near_pairs(blank[:, :1], seed=0):
        pairs += len(left)
        if pairs > 10**6:
            break
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 60e6


def thumb(data: bytes) -> np.ndarray:
    return np.frombuffer(look_at(data, side=64).thumb, dtype=np.uint8).reshape(1, 32, 32)


def test_one_photo_saved_twice_is_the_same_and_a_moment_later_alike() -> None:
    one = thumb(encoded(drawn(1)))
    assert likeness(one, thumb(encoded(drawn(1), quality=60)))[0] >= SAME
    lying, best = likeness(one, thumb(encoded(sibling(1))))
    assert lying < SAME and best >= ALIKE
    assert likeness(one, thumb(encoded(drawn(2))))[1] < ALIKE


@pytest.mark.parametrize("turn", range(1, 8))
def test_thumbs_turn_the_way_their_hashes_do(turn: int) -> None:
    transpose = TURNS[turn]
    assert transpose is not None
    picture = drawn(1, (64, 64))
    one, other = (
        look_at(encoded(picture, "png"), side=64),
        look_at(encoded(picture.transpose(transpose), "png"), side=64),
    )
    back = turned(np.frombuffer(one.thumb, np.uint8).reshape(1, 32, 32), turn).astype(int)
    assert np.abs(back - np.frombuffer(other.thumb, np.uint8).reshape(1, 32, 32)).max() <= 1  # shrinking rounds
    hashes = np.frombuffer(one.hashes, np.uint64)[turn], np.frombuffer(other.hashes, np.uint64)[0]
    assert np.bitwise_count(hashes[0] ^ hashes[1]) <= 2


def test_a_crowd_that_all_looks_alike_is_linked_without_comparing_each_with_each() -> None:
    dice = np.random.default_rng(0)
    frame = dice.integers(0, 2**64, dtype=np.uint64)
    noise = np.uint64(1) << dice.integers(0, 64, 1500, dtype=np.uint64)
    pairs = neighbours._candidates(np.repeat((frame ^ noise)[:, None], 8, axis=1), seed=0)
    assert len(pairs) <= 1500 + 64 * neighbours._NEAREST
    graph = coo_array((np.ones(len(pairs)), (pairs[:, 1], pairs[:, 2])), shape=(1500, 1500))
    assert connected_components(graph, directed=False)[0] == 1
