"""A second look: on hand-made networks whose evidence is known, a map holds or fails, and an answer stands or flips."""

import numpy as np
import pytest
from numpy.typing import NDArray

from ml.preprocess import Floats
from ml.secondlook import Logits, SecondLook, blanked, brightest, look_again, small_changes

SIDE = 32
MEAN, STD = np.full(3, 0.5, np.float32), np.full(3, 0.25, np.float32)
RIGHT = np.tile(np.array([0, 0, 1, 1], np.float32), (4, 1))  # a map that points at the right half


def image_with_a_bright_right_half() -> Floats:
    image = np.full((3, SIDE, SIDE), -1.0, np.float32)
    image[:, :, SIDE // 2 :] = 1.0
    return image


def sees_the_right_half(images: Floats) -> Floats:
    """Label 0 is how bright the right half is, label 1 is nothing."""
    bright = images[:, 0, :, SIDE // 2 :].mean((1, 2))
    return np.stack([bright, np.zeros_like(bright)], axis=1)


def first(logits: Floats) -> NDArray[np.intp]:
    best: NDArray[np.intp] = logits.argmax(1)
    return best


def look(images: Floats, maps: list[Floats], forward: Logits = sees_the_right_half) -> list[SecondLook]:
    return look_again(forward, images, maps, 0, first(forward(images)), first, mean=MEAN, std=STD)


def test_a_map_that_shows_the_reason_is_faithful() -> None:
    (seen,) = look(image_with_a_bright_right_half()[None], [RIGHT])
    assert seen.faithful and seen.gap == pytest.approx(1)  # 1 – (–1), less half of it: the mean of two labels


def test_a_map_that_shows_another_place_is_not() -> None:
    (seen,) = look(image_with_a_bright_right_half()[None], [1 - RIGHT])
    assert not seen.faithful


def test_a_map_is_not_faithful_when_the_network_does_not_look_at_all() -> None:
    def blind(images: Floats) -> Floats:
        return np.tile(np.array([2.0, 1.0], np.float32), (len(images), 1))

    (seen,) = look(image_with_a_bright_right_half()[None], [RIGHT], blind)
    assert not seen.faithful and seen.flips == 0


def test_an_answer_that_more_light_flips_is_counted() -> None:
    def hesitates(images: Floats) -> Floats:
        level = images.mean((1, 2, 3))
        return np.stack([level, np.full_like(level, 0.05)], axis=1)

    image = np.full((3, SIDE, SIDE), 0.1, np.float32)  # brighter: still 0; darker: 1
    (seen,) = look(image[None], [RIGHT], hesitates)
    assert seen.flips == 0.5


def test_half_of_the_photo_is_blanked_whatever_the_map() -> None:
    for heatmap in (RIGHT, np.zeros((4, 4), np.float32), np.ones((5, 5), np.float32)):
        assert brightest(heatmap, SIDE, 0.5).mean() == 0.5
    assert brightest(RIGHT, SIDE, 0.25)[:, : SIDE // 2].sum() == 0


def test_blanked_places_take_the_colour_of_the_rest() -> None:
    hidden = blanked(image_with_a_bright_right_half(), RIGHT)
    assert (hidden == -1).all()


def test_small_changes_are_lighter_and_darker_and_stay_a_photo() -> None:
    lighter, darker = small_changes(np.zeros((3, SIDE, SIDE), np.float32), MEAN, STD)
    assert lighter.shape == darker.shape == (3, SIDE, SIDE)
    assert lighter.mean() == pytest.approx((0.5 * 1.15 - 0.5) / 0.25, abs=1e-5)
    assert darker.mean() == pytest.approx((0.5 * 0.87 - 0.5) / 0.25, abs=1e-5)
    burnt, _ = small_changes(np.full((3, SIDE, SIDE), 2.0, np.float32), MEAN, STD)
    assert burnt.max() <= 2.0


def test_each_of_several_photos_is_tested_on_its_own_in_one_pass() -> None:
    calls: list[int] = []

    def counted(images: Floats) -> Floats:
        calls.append(len(images))
        return sees_the_right_half(images)

    looks = look(np.stack([image_with_a_bright_right_half()] * 2), [RIGHT, 1 - RIGHT], counted)
    assert [one.faithful for one in looks] == [True, False] and calls == [2, 8]
