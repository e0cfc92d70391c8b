"""Two photos of one place are laid over each other; two of different places are refused."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from ml.inference import NotComparable, side_by_side


def skin(seed: int = 0, spot: int = 60) -> Image.Image:
    """Drawn skin with moles and hairs to hold on to, and a spot of this radius in the middle."""
    random = np.random.default_rng(seed)
    picture = Image.fromarray(
        np.clip(np.array([205, 170, 150]) + random.normal(0, 5, (480, 640, 1)), 0, 255).astype("u1")
    )
    draw = ImageDraw.Draw(picture)
    for _ in range(120):
        x, y, radius = random.uniform(0, 640), random.uniform(0, 480), random.uniform(2, 7)
        shade = int(random.uniform(60, 140))
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=(shade, shade // 2, shade // 2))
        draw.line((x, y, x + random.uniform(-60, 60), y + random.uniform(-60, 60)), fill=(60, 40, 30), width=2)
    draw.ellipse((320 - spot, 240 - spot, 320 + spot, 240 + spot), fill=(120, 40, 40))
    return picture


def taken_again(picture: Image.Image, *, angle: float = 12, light: tuple[float, ...] = (0.8, 0.9, 1.1)) -> Image.Image:
    """The same place on another day: turned, from nearer, in another light."""
    turned = picture.rotate(angle, Image.Resampling.BICUBIC, fillcolor=(128, 128, 128))
    near = turned.crop((64, 48, 576, 432)).resize((640, 480), Image.Resampling.BICUBIC)
    noise = np.random.default_rng(9).normal(0, 4, (480, 640, 3))
    return Image.fromarray(np.clip(np.asarray(near) * np.array(light) + noise, 0, 255).astype(np.uint8))


def middle(picture: Image.Image) -> np.ndarray:
    return np.asarray(picture, dtype=float)[140:340, 220:420]


def test_the_later_photo_lies_over_the_earlier_one_in_its_light() -> None:
    first = skin()
    pair = side_by_side(first, taken_again(first))
    assert pair.earlier.size == pair.later.size == (640, 480)
    assert pair.scale == pytest.approx(0.8, abs=0.02)  # it was taken from 1.25 times nearer
    assert np.abs(middle(pair.earlier) - middle(pair.later)).mean() < 8
    skin_there = [
        np.asarray(picture)[200:280, 180:240].reshape(-1, 3).mean(0) for picture in (pair.earlier, pair.later)
    ]
    assert skin_there[0] == pytest.approx(skin_there[1], abs=6)


def test_an_area_is_given_at_one_scale() -> None:
    first = skin()
    pair = side_by_side(first, taken_again(first))
    share = np.pi * 60**2 / (640 * 480)
    nearer = share * 1.25**2  # the same spot fills more of the nearer photo
    assert pair.area_in_earlier(nearer, (640, 480), (640, 480)) == pytest.approx(share, rel=0.05)


def test_photos_of_other_sizes_are_compared_at_one_scale() -> None:
    first = skin()
    large = taken_again(first).resize((1600, 1200), Image.Resampling.BICUBIC)
    pair = side_by_side(first, large)
    share = np.pi * 60**2 / (640 * 480)
    assert pair.area_in_earlier(share * 1.25**2, large.size, first.size) == pytest.approx(share, rel=0.05)


def test_a_spot_that_grew_is_seen_to_have_grown() -> None:
    pair = side_by_side(skin(spot=50), taken_again(skin(spot=70)))
    dark = [(middle(picture)[..., 0] < 150).mean() for picture in (pair.earlier, pair.later)]
    assert dark[1] / dark[0] == pytest.approx((70 / 50) ** 2, rel=0.15)


@pytest.mark.parametrize("other", [skin(seed=1), Image.new("RGB", (640, 480), "white")], ids=["another", "blank"])
def test_another_place_is_refused(other: Image.Image) -> None:
    with pytest.raises(NotComparable) as refusal:
        side_by_side(skin(), other)
    assert refusal.value.code == "no_match"


def test_a_light_too_different_is_refused() -> None:
    with pytest.raises(NotComparable) as refusal:
        side_by_side(skin(), taken_again(skin(), light=(1.0, 0.35, 0.4)))
    assert refusal.value.code == "light"


def test_a_part_too_small_is_refused() -> None:
    first = skin()
    part = first.crop((0, 0, 240, 180)).resize((640, 480), Image.Resampling.BICUBIC)
    with pytest.raises(NotComparable) as refusal:
        side_by_side(first, part)
    assert refusal.value.code == "too_far"


def test_the_same_two_photos_give_the_same_answer() -> None:
    first, second = skin(), taken_again(skin())
    assert side_by_side(first, second).scale == side_by_side(first, second).scale
