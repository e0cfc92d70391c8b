"""A second look: on hand-made networks whose evidence is known, a map holds or fails, and an answer stands or flips."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from ml.preprocess import Floats
from ml.runtime.base import Pass
from ml.secondlook import SecondLook, blanked, brightest, halved, look_again, small_changes

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


class Network:
    """A runtime that half way has seen nothing but the image, and counts what it is asked."""

    head: Floats = np.zeros((2, 3), np.float32)

    def __init__(self, answer: Callable[[Floats], Floats]) -> None:
        self.answer = answer
        self.asked: list[tuple[str, int]] = []

    def __call__(self, images: Floats) -> Pass:
        self.asked.append(("whole", len(images)))
        return Pass(self.answer(images), images, images[:, 0, 0], images)

    def again(self, middle: Floats) -> Floats:
        self.asked.append(("again", len(middle)))
        return self.answer(middle)


def look(
    images: Floats, maps: list[Floats], answer: Callable[[Floats], Floats] = sees_the_right_half
) -> list[SecondLook]:
    return look_with(Network(answer), images, maps)


def look_with(network: Network, images: Floats, maps: list[Floats], *, changes: bool = True) -> list[SecondLook]:
    answers = first(network.answer(images))
    return look_again(network, images, images, maps, 0, answers, first, mean=MEAN, std=STD, changes=changes)


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
    hidden = blanked(image_with_a_bright_right_half(), RIGHT, 0.5)
    assert (hidden == -1).all()


def test_of_two_halves_each_place_stands_in_one() -> None:
    image = np.random.default_rng(0).normal(size=(5, 12, 12)).astype(np.float32)
    for heatmap in (RIGHT, np.zeros((4, 4), np.float32)):
        bright, dark = halved(image, heatmap)
        assert ((bright == image).all(0) ^ (dark == image).all(0)).all()
    assert (halved(image, RIGHT)[0][:, :, 6:] == image[:, :, 6:]).all()


def test_small_changes_are_lighter_and_darker_and_stay_a_photo() -> None:
    lighter, darker = small_changes(np.zeros((3, SIDE, SIDE), np.float32), MEAN, STD)
    assert lighter.shape == darker.shape == (3, SIDE, SIDE)
    assert lighter.mean() == pytest.approx((0.5 * 1.15 - 0.5) / 0.25, abs=1e-5)
    assert darker.mean() == pytest.approx((0.5 * 0.87 - 0.5) / 0.25, abs=1e-5)
    burnt, _ = small_changes(np.full((3, SIDE, SIDE), 2.0, np.float32), MEAN, STD)
    assert burnt.max() <= 2.0


def test_a_closer_cut_loses_one_edge_and_the_next_cut_the_other() -> None:
    near, far = np.zeros((2, 3, SIDE, SIDE), np.float32)
    near[:, :2, :2], far[:, -2:, -2:] = 1.0, 1.0  # a cut takes 3 pixels of 32 away
    spread = [[float(np.ptp(view)) for view in small_changes(image, MEAN, STD)] for image in (near, far)]
    assert spread[0][0] > 0.5 > 1e-3 > spread[0][1] and spread[1][1] > 0.5 > 1e-3 > spread[1][0]


def test_each_of_several_photos_is_tested_on_its_own() -> None:
    network = Network(sees_the_right_half)
    looks = look_with(network, np.stack([image_with_a_bright_right_half()] * 2), [RIGHT, 1 - RIGHT])
    assert [one.faithful for one in looks] == [True, False]
    assert network.asked == [("again", 4), ("whole", 4)]


def test_a_map_alone_is_tested_without_a_whole_pass() -> None:
    network = Network(sees_the_right_half)
    look_with(network, image_with_a_bright_right_half()[None], [RIGHT], changes=False)
    assert network.asked == [("again", 2)]
