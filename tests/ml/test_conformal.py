"""Sets that hold the truth nine times in ten, for every label alike."""

import numpy as np
import pytest

from ml.conformal import FEW, fit_thresholds, narrowed, set_members


def _drawn(seed: int, count: int = 4000) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities of a mediocre model of four labels, the last of them rare and hard."""
    generator = np.random.default_rng(seed)
    truth = generator.choice(4, count, p=[0.5, 0.3, 0.15, 0.05])
    logits = generator.normal(size=(count, 4))
    logits[np.arange(count), truth] += np.array([3.0, 2.0, 1.5, 0.5])[truth]
    share = np.exp(logits)
    return share / share.sum(1, keepdims=True), np.eye(4)[truth]


def test_sets_hold_the_truth_nine_times_in_ten_for_every_label_on_photos_not_seen() -> None:
    thresholds = fit_thresholds(*_drawn(0))
    probability, targets = _drawn(1)
    held = set_members(probability, thresholds)
    assert held[targets > 0].mean() == pytest.approx(0.9, abs=0.02)
    for k in range(4):
        assert held[targets[:, k] > 0, k].mean() == pytest.approx(0.9, abs=0.06), k


def test_a_label_with_a_handful_of_photos_borrows_the_threshold_of_all() -> None:
    probability, targets = _drawn(0)
    few = np.flatnonzero(targets[:, 3])[:5]
    rows = np.concatenate([np.flatnonzero(targets[:, 3] == 0), few])
    thresholds = fit_thresholds(probability[rows], targets[rows])
    true = np.sort(probability[rows][targets[rows] > 0])
    assert thresholds[3] == true[int(0.1 * (len(true) + 1)) - 1]


def test_a_set_without_labels_or_with_too_many_is_not_shown() -> None:
    assert narrowed(np.array([0.4, 0.3, 0.2, 0.1]), [0.9] * 4) == []
    assert narrowed(np.array([0.3, 0.4, 0.2, 0.1]), [0.25] * 4) == [1, 0]
    assert narrowed(np.array([0.4, 0.3, 0.2, 0.1]), [0.0] * 4) == []


def test_of_many_labels_three_are_shown_and_four_help_nobody() -> None:
    probability = np.array([0.3, 0.25, 0.2, 0.15, 0.04, 0.03, 0.02, 0.01])
    assert narrowed(probability, [0.18] * 8) == [0, 1, 2]
    assert narrowed(probability, [0.1] * 8) == []


@pytest.mark.parametrize(("photos", "left_out"), [(8, 0), (9, 1), (18, 1), (19, 2)])
def test_no_more_than_a_tenth_of_the_photos_and_the_next_one_may_fall_below(photos: int, left_out: int) -> None:
    said = np.linspace(0.2, 0.9, photos)
    (least,) = fit_thresholds(said[:, None], np.ones((photos, 1)))
    assert least == (said[left_out - 1] if left_out else 0.0)


def test_a_label_has_its_own_threshold_from_fifteen_photos_on() -> None:
    targets = np.eye(2)[[0] * 85 + [1] * FEW]
    probability = np.where(targets > 0, [0.9, 0.4], 0.1)
    assert fit_thresholds(probability, targets) == [0.9, 0.4]
    assert fit_thresholds(probability[:-9], targets[:-9])[1] == 0.9


def test_thresholds_need_a_labelled_photo() -> None:
    with pytest.raises(ValueError, match="at least one"):
        fit_thresholds(np.ones((2, 2)) / 2, np.zeros((2, 2)))
