"""Look-alikes: the nearest confirmed cases by hand-placed features, and whether they may speak."""

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load

from ml.errors import CorruptModel
from ml.lookalikes import NEIGHBOURS, Lookalikes, lookalikes_of, mixture, sureness
from ml.training.neighbours import choose_weight, gather, votes
from tests.ml.shelf import CARD

DICE = np.random.default_rng(0)


@pytest.fixture
def two_kinds() -> tuple[np.ndarray, np.ndarray]:
    """Forty cases of each of two kinds, far apart: features (80, 12) and targets (80, 2)."""
    kinds = np.repeat(np.eye(2), 40, axis=0)
    features = 0.05 * DICE.random((80, 12)) + np.pad(kinds * 3, ((0, 0), (0, 10))) + 0.2
    return features.astype(np.float32), kinds


def test_the_nearest_cases_are_of_the_same_kind(two_kinds: tuple[np.ndarray, np.ndarray]) -> None:
    features, kinds = two_kinds
    lookalikes = gather(features, kinds, axes=4)
    assert lookalikes.counts(features[[0, 79]], neighbours=10).tolist() == [[10, 0], [0, 10]]


def test_only_short_half_precise_vectors_and_labels_are_kept(
    two_kinds: tuple[np.ndarray, np.ndarray], tmp_path: Path
) -> None:
    lookalikes = gather(*two_kinds, cases=50, axes=4)
    blob = lookalikes.to_bytes()
    assert {name: (t.shape, t.dtype.itemsize) for name, t in load(blob).items()} == {
        "centre": ((12,), 2), "axes": ((12, 4), 2), "cases": ((50, 4), 2), "carried": ((50, 2), 1),
    }  # fmt: skip
    (tmp_path / "lookalikes.safetensors").write_bytes(blob)
    again = lookalikes_of(replace(CARD, lookalikes={"sha256": hashlib.sha256(blob).hexdigest()}), tmp_path)
    assert again is not None and np.abs(again.cases - lookalikes.cases).max() < 1e-3


def test_a_release_without_look_alikes_has_none_and_altered_ones_are_refused(tmp_path: Path) -> None:
    assert lookalikes_of(CARD, tmp_path) is None
    promised = replace(CARD, lookalikes={"sha256": "0" * 64})
    with pytest.raises(CorruptModel, match="missing"):
        lookalikes_of(promised, tmp_path)
    (tmp_path / "lookalikes.safetensors").write_bytes(b"others")
    with pytest.raises(CorruptModel, match="not those of its card"):
        lookalikes_of(promised, tmp_path)


def test_the_vote_is_for_the_network_s_own_first_candidate(two_kinds: tuple[np.ndarray, np.ndarray]) -> None:
    features, kinds = two_kinds
    lookalikes = gather(features, kinds, axes=4)
    said = np.array([[0.9, 0.1], [0.2, 0.8]])  # the second photo is of kind 0, and taken for kind 1
    assert votes(lookalikes, features[:2], said).tolist() == [1, 0]


def test_a_case_may_carry_several_labels() -> None:
    cases = np.eye(3, dtype=np.float32)
    both = Lookalikes(np.zeros(3, np.float32), cases, cases, np.array([[1, 1], [1, 0], [0, 1]], np.uint8))
    assert both.counts(np.array([[1, 0.5, 0]], np.float32), neighbours=2).tolist() == [[2, 1]]


def test_neighbours_who_know_better_are_heard_and_others_are_not() -> None:
    sure = np.linspace(0.6, 0.9, 100)  # surest where it is wrong
    said, truth = np.stack([sure, 1 - sure], axis=1), np.eye(2)[[0] * 75 + [1] * 25]
    knowing = truth[:, 0]
    chosen = choose_weight(said, truth, knowing)
    assert chosen["weight"] > 0 and chosen["risk"] < chosen["risk_alone"]
    assert choose_weight(said, truth, np.ones(100))["weight"] == 0


def test_a_gain_too_small_to_notice_is_no_gain() -> None:
    said = np.stack([np.linspace(0.9, 0.6, 400), np.linspace(0.1, 0.4, 400)], axis=1)
    truth = np.eye(2)[[0] * 319 + [1] + [0] * 80]
    vote = np.ones(400)
    vote[319] = 0
    assert choose_weight(said, truth, vote)["weight"] == 0


def test_a_mixture_lies_between_network_and_neighbours() -> None:
    assert mixture(np.array([0.8]), np.array([0.4]), 0.25).tolist() == pytest.approx([0.7])


def test_neighbours_are_heard_only_with_the_weight_of_the_card() -> None:
    alike = np.array([NEIGHBOURS, 0, 0])
    assert sureness(CARD, 0.6, alike, 0) == 0.6
    heard = replace(CARD, abstain={"below": 0.5}, lookalikes={"weight": 0.5, "below": 0.55})
    assert sureness(heard, 0.6, alike, 0) == pytest.approx(0.8 - 0.55 + 0.5)
    assert sureness(heard, 0.6, alike, 1) < 0.5 < sureness(heard, 0.6, alike, 0)
