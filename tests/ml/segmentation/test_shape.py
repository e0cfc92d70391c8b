"""The signs are arithmetic: shapes whose figures follow on paper."""

import math

import cv2
import numpy as np
import pytest

from ml.segmentation.colours import PALETTE, colours_within
from ml.segmentation.shape import MOST_POINTS, Mask, asymmetry, border_irregularity, contour, largest_part


def canvas(side: int = 200) -> Mask:
    return np.zeros((side, side), np.uint8)


def ellipse(angle: float) -> Mask:
    mask = canvas()
    cv2.ellipse(mask, (100, 100), (70, 40), angle, 0, 360, 1, cv2.FILLED)
    return mask


@pytest.mark.parametrize("angle", [0, 30, 77])
def test_an_ellipse_is_its_own_mirror_image_however_it_lies(angle: float) -> None:
    assert asymmetry(ellipse(angle)) < 0.03


def test_what_is_broad_at_one_end_only_is_lopsided_along_one_axis() -> None:
    mask = canvas()
    mask[80:120, 60:100] = 1  # a square of 40 and, beside it, a bar of 40 by 20: centre of gravity at 33.3 of 80
    mask[90:110, 100:140] = 1
    # folded there, 1,600 of twice 2,400 pixels stay alone; folded along the bar, none do
    assert asymmetry(mask) == pytest.approx((1600 / 4800 + 0) / 2, abs=0.02)


def test_a_convex_border_is_regular_and_a_cross_is_not() -> None:
    square = np.array([[0, 0], [9, 0], [9, 9], [0, 9]], float)
    cross = np.array(
        [[1, 0], [2, 0], [2, 1], [3, 1], [3, 2], [2, 2], [2, 3], [1, 3], [1, 2], [0, 2], [0, 1], [1, 1]], float
    )
    assert border_irregularity(square) == pytest.approx(0)
    hull_area, hull_length = 7, 4 + 4 * math.sqrt(2)  # an octagon around five unit squares
    assert border_irregularity(cross) == pytest.approx(1 - 5 / hull_area * hull_length / 12, abs=1e-5)


def test_a_ragged_star_is_drawn_with_at_most_a_hundred_points() -> None:
    angles = np.linspace(0, 2 * math.pi, 140, endpoint=False)  # 70 rays: 140 corners, each far from the line beside it
    radius = np.where(np.arange(140) % 2, 480, 300)
    points = np.stack([500 + radius * np.cos(angles), 500 + radius * np.sin(angles)], 1).astype(np.int32)
    mask = canvas(1000)
    cv2.fillPoly(mask, [points], 1)
    assert 3 <= len(contour(largest_part(mask))) <= MOST_POINTS


def test_only_the_largest_part_is_kept_and_its_holes_are_filled() -> None:
    mask = canvas()
    mask[20:100, 20:100] = 1
    mask[50:60, 50:60] = 0
    mask[150:160, 150:160] = 1
    part = largest_part(mask)
    assert part.sum() == 80 * 80 and part[55, 55] == 1 and part[155, 155] == 0


def test_an_empty_mask_has_no_part_and_no_contour() -> None:
    assert not largest_part(canvas()).any()
    with pytest.raises(ValueError, match="no contour"):
        contour(canvas())


def test_colours_count_when_they_cover_a_twentieth_of_the_lesion() -> None:
    pixels = np.zeros((100, 100, 3), np.uint8)
    pixels[:] = PALETTE["dark_brown"]
    pixels[:10] = PALETTE["black"]  # a tenth
    pixels[10:14] = PALETTE["blue_grey"]  # a twenty-fifth: too little
    assert colours_within(pixels, np.ones((100, 100), np.uint8)) == ("dark_brown", "black")


def test_colours_outside_the_lesion_do_not_count() -> None:
    pixels = np.full((20, 20, 3), 245, np.uint8)
    pixels[:10] = PALETTE["red"]
    part = np.zeros((20, 20), np.uint8)
    assert colours_within(pixels, part) == ()
    part[:10] = 1
    assert colours_within(pixels, part) == ("red",)
