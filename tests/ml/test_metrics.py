"""The figures of a card, each worked out by hand once."""

import numpy as np
import pytest
from sklearn.metrics import f1_score, roc_auc_score

from ml.training import metrics
from ml.training.promises import risk_coverage, selective_gain, set_coverage, set_size

TRUTH = np.eye(3)[[0, 0, 0, 1]]  # class 2 does not occur
ANSWERS = np.array([[0.9, 0.1, 0.0], [0.8, 0.1, 0.1], [0.1, 0.8, 0.1], [0.2, 0.7, 0.1]])


def test_balanced_accuracy_is_the_mean_recall_of_the_classes_that_occur() -> None:
    assert metrics.balanced_accuracy(ANSWERS, TRUTH) == pytest.approx((2 / 3 + 1) / 2)


def test_macro_f1_is_over_the_classes_asked_for() -> None:
    of_0, of_1 = 2 * 1 * (2 / 3) / (1 + 2 / 3), 2 * 0.5 * 1 / 1.5
    assert metrics.macro_f1(ANSWERS, TRUTH) == pytest.approx((of_0 + of_1) / 2)
    assert metrics.macro_f1(ANSWERS, TRUTH, among=[1, 2]) == pytest.approx(of_1)


def test_a_run_is_chosen_by_the_classes_that_are_not_too_rare() -> None:
    rare_missed = np.array([[0.9, 0.1, 0.0], [0.8, 0.1, 0.1], [0.1, 0.8, 0.1], [0.1, 0.8, 0.1]])
    truth = np.eye(3)[[0, 0, 1, 2]]
    assert metrics.main_metric("multiclass")(rare_missed, truth) == pytest.approx(2 / 3)
    assert metrics.main_metric("multiclass", (0, 1))(rare_missed, truth) == pytest.approx((1 + 2 / 3) / 2)
    assert metrics.main_metric("multilabel", (0, 1)) is metrics.mean_auroc


def test_auroc_leaves_out_a_label_nobody_has() -> None:
    assert metrics.mean_auroc(ANSWERS, TRUTH) == pytest.approx((2 / 3 + 2 / 3) / 2)


def test_top1_counts_photos_of_one_label_only() -> None:
    both = np.vstack([TRUTH, [[1, 1, 0]]])
    assert metrics.top1_single_label(np.vstack([ANSWERS, [[0, 0, 1]]]), both) == pytest.approx(3 / 4)


def test_calibration_error_is_the_gap_between_said_and_true() -> None:
    said = np.array([[0.8, 0.2]] * 4)
    truth = np.eye(2)[[0, 0, 1, 1]]
    assert metrics.expected_calibration_error(said, truth) == pytest.approx(0.3)


def test_too_sure_here_does_not_make_up_for_too_unsure_there() -> None:
    said = np.array([[0.9, 0.1], [0.9, 0.1], [0.4, 0.6], [0.4, 0.6]])
    truth = np.eye(2)[[0, 1, 1, 1]]  # of those at 90 % half are right, of those at 60 % all
    assert metrics.expected_calibration_error(said, truth) == pytest.approx(0.4)


def test_selective_gain_is_what_the_surest_answers_are_better_by() -> None:
    said = np.array([[0.9, 0.1], [0.8, 0.2], [0.7, 0.3], [0.65, 0.35], [0.6, 0.4]])
    truth = np.eye(2)[[0, 0, 0, 0, 1]]
    assert selective_gain(said, truth) == pytest.approx(1 - 0.8)
    assert selective_gain(said, truth[[0, 4, 1, 2, 4]]) == pytest.approx(3 / 4 - 3 / 5)  # of the surest four


def test_an_interval_holds_its_value_and_is_the_same_every_time() -> None:
    first = metrics.interval(metrics.balanced_accuracy, ANSWERS, TRUTH, rounds=50)
    assert first == metrics.interval(metrics.balanced_accuracy, ANSWERS, TRUTH, rounds=50)
    assert first["low"] <= first["value"] <= first["high"]


def test_photos_of_one_group_are_drawn_together() -> None:
    said, truth = np.tile([[0.9, 0.1], [0.1, 0.9]], (50, 1)), np.tile([[1.0, 0.0], [1.0, 0.0]], (50, 1))
    alone = metrics.interval(metrics.balanced_accuracy, said, truth)
    two_animals = metrics.interval(metrics.balanced_accuracy, said, truth, groups=["good", "bad"] * 50)
    assert (two_animals["low"], two_animals["high"]) == (0, 1)
    assert 0.3 < alone["low"] < alone["high"] < 0.7


def test_a_label_without_photos_has_no_auroc() -> None:
    table = metrics.per_class(ANSWERS, TRUTH, ("a", "b", "c"))
    assert table["c"] == {"n": 0, "recall": 0.0, "precision": 0.0, "f1": 0.0, "auroc": None}
    assert table["a"]["recall"] == pytest.approx(0.6667)


def test_auroc_and_f1_are_scikit_learn_s() -> None:
    dice = np.random.default_rng(1)
    said = dice.integers(0, 9, (60, 4)) / 9  # with ties
    truth = np.eye(4)[dice.integers(0, 4, 60)]
    areas = [roc_auc_score(truth[:, k], said[:, k]) for k in range(4)]
    assert metrics.mean_auroc(said, truth) == pytest.approx(np.mean(areas))
    assert metrics.macro_f1(said, truth) == pytest.approx(f1_score(truth.argmax(1), said.argmax(1), average="macro"))


def test_a_set_covers_the_named_labels_that_reach_their_threshold() -> None:
    least = [0.5, 0.8, 0.1]
    assert metrics.accuracy(ANSWERS, TRUTH) == 3 / 4
    assert set_coverage(least)(ANSWERS, TRUTH) == 2 / 4  # 0.9 and 0.8 of class 0 are in, 0.1 is not; 0.7 of 1 is not
    assert set_coverage(least, 0)(ANSWERS, TRUTH) == pytest.approx(2 / 3)
    assert set_size(least)(ANSWERS, TRUTH) == pytest.approx((1 + 2 + 2 + 1) / 4)
    assert set_size([0.05, 0.8, 0.1])(ANSWERS, TRUTH) == pytest.approx((1 + 2 + 3 + 2) / 4)


def test_the_risk_rises_as_less_sure_answers_are_given() -> None:
    answered, wrong = risk_coverage(np.array([[0.6, 0.4], [0.9, 0.1]]), np.eye(2)[[1, 0]])
    assert answered.tolist() == [0.5, 1] and wrong.tolist() == [0, 0.5]


def test_recall_and_precision_of_a_class_are_nan_where_they_mean_nothing() -> None:
    assert metrics.recall_of(0)(ANSWERS, TRUTH) == pytest.approx(2 / 3)
    assert metrics.precision_of(1)(ANSWERS, TRUTH) == 1 / 2
    assert np.isnan(metrics.recall_of(2)(ANSWERS, TRUTH)) and np.isnan(metrics.precision_of(2)(ANSWERS, TRUTH))


def test_an_interval_never_leaves_its_value_outside() -> None:
    said, truth = np.array([[0.5, 0.5]] * 8), np.eye(2)[[0, 1] * 4]  # ECE 0 here, above 0 in almost every draw
    figure = metrics.interval(metrics.expected_calibration_error, said, truth)
    assert figure["low"] == figure["value"] == 0 < figure["high"]
