"""What a finding says against itself, on a hand-made runtime whose answer and evidence are known."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from ml.doubts import Doubts, Seen, doubts, off_centre, picture_of
from ml.preprocess import Floats
from ml.quality import Quality
from ml.runtime.base import Pass
from tests.ml.shelf import CARD

CHECKED = replace(CARD, image_size=32, checks={"flips": 0.0, "off_centre": 0.2})
FINE = Quality(120, 40, 0.02, 0.2, "")
CENTRE = np.pad(np.ones((2, 2), np.float32), 1)
CORNER = np.pad(np.ones((1, 1), np.float32), ((0, 3), (0, 3)))


class SeesTheCentre:
    """Label 0 is how bright the centre is; label 1 is a constant, label 2 nothing."""

    head: Floats = np.eye(3, 1, dtype=np.float32)

    def __init__(self, constant: float = -9.0) -> None:
        self.constant = constant

    def __call__(self, images: Floats) -> Pass:
        return Pass(self.again(images), images[:, :1], images[:, 0, 0], images)

    def again(self, middle: Floats) -> Floats:
        centre = middle[:, 0, 8:24, 8:24].mean((1, 2))
        nothing = np.zeros_like(centre)
        return np.stack([centre, nothing + self.constant, nothing], axis=1)


@pytest.fixture
def bright_centre() -> Floats:
    image = np.full((1, 3, 32, 32), -1.0, np.float32)
    image[:, :, 8:24, 8:24] = 1.0
    return image


Check = Callable[..., Doubts]


@pytest.fixture
def check(bright_centre: Floats) -> Check:
    def run(
        heatmap: Floats = CENTRE, constant: float = -9.0, reason: str = "", ahead: float = 0.0, **changes: Any
    ) -> Doubts:
        runtime = SeesTheCentre(constant)
        quality = replace(FINE, hints=("dark",))
        seen = Seen(bright_centre, runtime(bright_centre), [heatmap], 0, ahead)
        return doubts(replace(CHECKED, **changes), runtime, seen, lambda some: some.argmax(1), [quality], reason)

    return run


def test_an_answer_that_stands_and_shows_its_reason_has_no_doubts_of_its_own(check: Check) -> None:
    assert check() == Doubts((True,), ("dark",), faithful=True, steady=True)


def test_a_map_of_another_place_is_hidden(check: Check) -> None:
    found = check(1 - CENTRE)
    assert found.shown == (False,) and not found.faithful


def test_evidence_far_from_the_middle_asks_for_the_spot_in_the_frame(check: Check) -> None:
    assert "not_in_frame" in check(CORNER).hints


def test_one_photo_with_the_spot_in_its_middle_is_enough(bright_centre: Floats) -> None:
    both, runtime = np.concatenate([bright_centre] * 2), SeesTheCentre()
    seen = Seen(both, runtime(both), [CORNER, CENTRE], 0, 0.0)
    assert "not_in_frame" not in doubts(CHECKED, runtime, seen, lambda some: some.argmax(1), [FINE] * 2, "").hints


def test_an_answer_that_less_light_takes_away_is_unsteady(check: Check) -> None:
    found = check(constant=0.7)
    assert not found.steady and found.hints == ("dark", "unsteady")


def test_an_answer_far_ahead_of_the_next_or_not_given_is_not_shaken(check: Check) -> None:
    assert check(constant=0.7, ahead=0.5).steady
    assert check(constant=0.7, reason="uncertain").steady


def test_how_many_flips_are_too_many_stands_in_the_card(check: Check) -> None:
    assert check(constant=0.7, checks={"flips": 0.5, "off_centre": 0.2}).steady


def test_a_photo_that_was_not_judged_shows_no_evidence_and_is_no_failed_map(check: Check) -> None:
    for reason in ("blank", "out_of_scope"):
        assert check(reason=reason) == Doubts((False,), ("dark",), faithful=True, steady=True)


def test_a_release_without_limits_is_not_looked_at_again(check: Check) -> None:
    assert check(CORNER, checks={}) == Doubts((True,), ("dark",))


def test_evidence_in_a_corner_is_far_from_the_middle() -> None:
    assert off_centre(CENTRE) == pytest.approx(0, abs=1e-3)
    assert 0.3 < off_centre(CORNER) <= 0.5  # in sides of the photo
    assert off_centre(np.zeros((4, 4), np.float32)) == 0


def test_a_map_is_shown_when_it_may_be_and_there_is_something_to_show() -> None:
    assert picture_of(CENTRE, True) is not None
    assert picture_of(CENTRE, False) is None and picture_of(CENTRE * 0, True) is None
