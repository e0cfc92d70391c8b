"""Numbers that may be believed: temperature, abstention, operating point."""

from typing import Any

import numpy as np
import pytest

from ml.calibration import calibrated, led_by, posterior
from ml.cards import ModelCard
from ml.training.fitting import abstain_below, fit_lead, fit_scaling, fit_scope, fit_temperature, operating_point


def test_an_overconfident_network_is_cooled_to_how_often_it_is_right() -> None:
    logits = np.array([[8.0, 0.0]] * 100)
    targets = np.array([[1.0, 0.0]] * 75 + [[0.0, 1.0]] * 25)
    temperature = fit_temperature(logits, targets, "multiclass")
    assert calibrated(logits, "multiclass", temperature)[0, 0] == pytest.approx(0.75, abs=0.01)


def test_multilabel_probabilities_are_independent() -> None:
    assert calibrated(np.array([[2.0, 2.0]]), "multilabel", 1.0).sum() > 1.5


@pytest.mark.parametrize("kind", ["multiclass", "multilabel"])
def test_logits_of_any_size_give_probabilities(kind: str) -> None:
    assert calibrated(np.array([[-1000.0, 1000.0]]), kind, 1.0)[0].tolist() == [0, 1]


def test_a_network_of_several_labels_is_cooled_and_brought_to_how_common_they_are() -> None:
    targets = np.array([[1.0, 0.0]] * 30 + [[1.0, 1.0]] * 10 + [[0.0, 1.0]] * 10)
    said = np.array([[6.0, -6.0]] * 40 + [[-6.0, 6.0]] * 10)  # of the first 80 statements 70 are right
    temperature = fit_temperature(said[:40], targets[:40], "multilabel")
    assert calibrated(said, "multilabel", temperature)[0, 0] == pytest.approx(70 / 80, abs=0.01)
    temperature, bias = fit_scaling(said, targets, "multilabel")
    assert calibrated(said, "multilabel", temperature, bias).mean(0) == pytest.approx(targets.mean(0), abs=0.03)


def test_it_stops_answering_where_answers_begin_to_fail() -> None:
    top = np.linspace(1.0, 0.1, 10)
    correct = np.array([True] * 9 + [False])
    below = abstain_below(top, correct)
    assert (top >= below).sum() == 9  # without the last: 100 %, ten points above all


def test_it_never_gives_up_more_than_a_fifth_of_the_photos() -> None:
    top = np.linspace(1.0, 0.1, 10)
    correct = np.array([True, False] * 5)
    assert (top >= abstain_below(top, correct)).sum() >= 8


def test_an_operating_point_catches_the_share_asked_for() -> None:
    probability = np.array([0.9, 0.8, 0.3, 0.1, 0.05])
    positive = np.array([True, True, True, True, False])
    assert operating_point(probability, positive, recall=0.75) == pytest.approx(0.3)


def test_an_operating_point_needs_a_positive() -> None:
    with pytest.raises(ValueError, match="at least one positive"):
        operating_point(np.array([0.5]), np.array([False]), recall=0.9)


def _card(**known: Any) -> ModelCard:
    base: dict[str, Any] = dict.fromkeys(("task", "version", "architecture", "weights_sha256"), "")
    base |= {"labels": ("a", "b", "c"), "kind": "multiclass", "image_size": 8, "mean": (), "std": ()}
    return ModelCard(**base | {"temperature": 1.0, "abstain": {}} | known)


def test_the_bias_brings_probabilities_to_how_common_labels_are() -> None:
    generator = np.random.default_rng(0)
    targets = np.eye(3)[generator.choice(3, 3000, p=[0.8, 0.15, 0.05])]
    logits = targets * 1.5 + generator.normal(size=(3000, 3))  # as if all three were equally common
    temperature, bias = fit_scaling(logits, targets, "multiclass")
    probability = calibrated(logits, "multiclass", temperature, bias)
    assert probability.mean(0) == pytest.approx(targets.mean(0), abs=0.02)


def test_the_leader_stands_first_and_rows_still_sum_to_one() -> None:
    probability = np.random.default_rng(0).dirichlet([0.3] * 8, 200).astype(np.float32)
    leaders = np.arange(200) % 8
    led = led_by(probability, leaders, slope=0.8, offset=0.2)
    assert (led.argmax(1) == leaders).all()
    assert led.sum(1) == pytest.approx(1, abs=1e-5)


def test_the_leader_is_as_sure_as_the_line_says_and_the_others_share_the_rest_in_proportion() -> None:
    led = led_by(np.array([[0.7, 0.2, 0.1]], np.float32), np.array([0]), slope=0.8, offset=0.2)[0]
    sure = 1 / (1 + np.exp(-(0.8 * np.log(0.7 / 0.3) + 0.2)))
    assert led == pytest.approx([sure, (1 - sure) * 2 / 3, (1 - sure) / 3], abs=1e-5)


def test_where_nothing_is_known_beside_the_photo_the_photo_speaks_alone() -> None:
    assert posterior(np.zeros((1, 3)), _card(kind="multilabel"))[0].tolist() == [0.5, 0.5, 0.5]


def test_with_a_lead_the_first_candidate_is_the_one_the_photo_speaks_for() -> None:
    card = _card(bias=(2.0, 0.0, -2.0), lead={"slope": 1.0, "offset": 0.0})
    said = posterior(np.array([[1.0, 1.2, 0.5]]), card)[0]
    assert said.argmax() == 1  # though label a is far more common


def test_a_known_fact_moves_the_answer_by_its_evidence() -> None:
    plain, informed = (posterior(np.zeros((1, 3)), _card(), known)[0] for known in (0.0, np.array([1.0, 0.0, 0.0])))
    assert informed[0] / informed[1] == pytest.approx(np.e * plain[0] / plain[1], rel=1e-5)


def test_a_leader_that_is_hardly_ever_right_is_first_by_a_hair_and_never_sure() -> None:
    led = led_by(np.array([[0.9, 0.05, 0.05]], np.float32), np.array([2]), slope=1.0, offset=-50.0)[0]
    assert led.argmax() == 2 and led[2] == pytest.approx(1 / 3, abs=0.01)


def test_a_leader_that_is_right_as_often_as_it_says_needs_no_line() -> None:
    dice = np.random.default_rng(0)
    own = dice.uniform(0.05, 0.95, 4000)
    right = dice.random(4000) < own
    line = fit_lead(np.stack([own, 1 - own], 1), np.zeros(4000, int), np.stack([right, ~right], 1))
    assert line == pytest.approx({"slope": 1, "offset": 0}, abs=0.1)


def test_a_photo_unlike_those_learnt_from_lies_further_away_and_one_of_theirs_at_about_one() -> None:
    targets = np.eye(2)[np.arange(200) % 2]
    kinds = np.pad(0.05 * targets, ((0, 0), (1, 3))) + np.eye(6)[0]
    rows = kinds + 0.1 * np.random.default_rng(0).normal(size=(200, 6))
    scope = fit_scope(rows, np.pad(targets, ((0, 0), (0, 1))))  # one label without a photo
    assert scope.distance(rows).mean() == pytest.approx(1, abs=0.2)
    assert scope.distance(np.eye(6)[[5]])[0] > 3 * scope.distance(rows).max()
