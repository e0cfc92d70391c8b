"""Numbers that may be believed: temperature, abstention, operating point."""

import numpy as np
import pytest

from ml.calibration import calibrated
from ml.training.fitting import abstain_below, fit_temperature, operating_point


def test_an_overconfident_network_is_cooled_to_how_often_it_is_right() -> None:
    logits = np.array([[8.0, 0.0]] * 100)
    targets = np.array([[1.0, 0.0]] * 75 + [[0.0, 1.0]] * 25)
    temperature = fit_temperature(logits, targets, "multiclass")
    assert calibrated(logits, "multiclass", temperature)[0, 0] == pytest.approx(0.75, abs=0.01)


def test_multilabel_probabilities_are_independent() -> None:
    assert calibrated(np.array([[2.0, 2.0]]), "multilabel", 1.0).sum() > 1.5


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
