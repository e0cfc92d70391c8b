"""Insertion, deletion and pointing on networks whose evidence is known; a trained map beats one of random weights."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageDraw

from ml.runtime.base import Floats, Pass
from ml.training.faithfulness import STEPS, area, curves, insertion_and_deletion, pointing
from tests.ml.shelf import CARD

CARD_64 = replace(CARD, labels=("red", "nothing"), image_size=64)


class SeesRed:
    """One feature map: how very red each of 8 × 8 places is; label 0 is their mean."""

    head: Floats = np.array([[600.0], [0.0]], np.float32)

    def __call__(self, images: Floats) -> Pass:
        red = (images[:, 0] - images[:, 1] - 0.6).clip(min=0)  # what is blurred is not red enough
        maps = red.reshape(len(images), 8, 8, 8, 8).mean((2, 4))[:, None]
        pooled = maps.mean((2, 3))
        return Pass(pooled @ self.head.T - np.array([1.0, 0.0], np.float32), maps, pooled, images)

    def again(self, middle: Floats) -> Floats:
        return self(middle).logits


class SeesRedShowsElsewhere(SeesRed):
    """The same answers, explained by weights that were never trained: the map is turned round."""

    def __call__(self, images: Floats) -> Pass:
        seen = super().__call__(images)
        return seen._replace(maps=np.ascontiguousarray(seen.maps[:, :, ::-1, ::-1]))


def red_spot(left: int = 8) -> tuple[Image.Image, Image.Image]:
    """A photo with a red spot, and the outline of the spot."""
    picture, mask = Image.new("RGB", (64, 64), (120, 120, 120)), Image.new("L", (64, 64), 0)
    box = (left, 8, left + 7, 15)
    ImageDraw.Draw(picture).rectangle(box, (200, 60, 60))
    ImageDraw.Draw(mask).rectangle(box, 255)
    return picture, mask


def test_an_honest_map_takes_the_answer_away_at_once_and_gives_it_back_at_once() -> None:
    picture, _mask = red_spot()
    removed, given = curves(CARD_64, SeesRed(), picture)
    assert removed[0] == pytest.approx(given[-1]) and removed[0] > 0.8
    assert removed[STEPS.index(0.3)] < 0.4 < 0.8 < given[STEPS.index(0.3)]


def test_a_map_of_untrained_weights_scores_worse_on_every_figure() -> None:
    photos = [red_spot(left) for left in (8, 16, 24)]
    pictures = [photo for photo, _mask in photos]
    honest, _curves = insertion_and_deletion(CARD_64, SeesRed(), pictures)
    random, _curves = insertion_and_deletion(CARD_64, SeesRedShowsElsewhere(), pictures)
    assert honest["insertion"]["value"] > random["insertion"]["value"]
    assert honest["deletion"]["value"] < random["deletion"]["value"]
    assert pointing(CARD_64, SeesRed(), photos)["pointing"]["value"] == 1
    assert pointing(CARD_64, SeesRedShowsElsewhere(), photos)["pointing"]["value"] == 0


def test_the_share_of_the_map_on_the_lesion_is_beside_the_lesion_s_own_share() -> None:
    figures = pointing(CARD_64, SeesRed(), [red_spot()])
    assert figures["inside"]["value"] > 0.4 > 0.1 > figures["lesion_share"]["value"]


def test_a_map_without_evidence_has_missed() -> None:
    grey = Image.new("RGB", (64, 64), (120, 120, 120))
    assert pointing(CARD_64, SeesRed(), [(grey, red_spot()[1])])["pointing"]["value"] == 0


def test_the_area_under_a_flat_curve_is_its_height() -> None:
    assert area(np.full(len(STEPS), 0.3)) == pytest.approx(0.3)
