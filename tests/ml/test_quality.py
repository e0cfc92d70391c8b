"""Nothing to see is called nothing to see, by every released model; a poor photo is judged and coached."""

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from ml.inference import Diagnoser, released_tasks
from ml.quality import assess
from tests.ml.drawn import drawn_eye

SIDE = 256
DOWN, ACROSS = np.mgrid[0:SIDE, 0:SIDE] / SIDE


def _picture(pixels: np.ndarray) -> Image.Image:
    channels = pixels if pixels.ndim == 3 else np.stack([pixels] * 3, axis=2)
    return Image.fromarray(channels.clip(0, 255).astype(np.uint8))


def _noise(cell: int, seed: int, *, colour: bool = True, smooth: bool = False) -> Image.Image:
    """Independent values in cells of ``cell`` pixels, as blocks or smoothly blended."""
    values = np.random.default_rng(seed).integers(0, 256, (SIDE // cell, SIDE // cell, 3 if colour else 1))
    small = _picture(values if colour else values[..., 0])
    return small.resize((SIDE, SIDE), Image.Resampling.BICUBIC if smooth else Image.Resampling.NEAREST)


def _stripes(period: int) -> Image.Image:
    return _picture(127 + 120 * np.sin(ACROSS * SIDE / period * 2 * np.pi))


SHADES = ("black", "white", "grey", "tan", "pink", "red", "navy")
EMPTY: dict[str, Callable[[], Image.Image]] = {
    **{f"flat {shade}": partial(Image.new, "RGB", (320, 240), shade) for shade in SHADES},
    "grey slope": lambda: _picture(ACROSS * 255),
    "skin-coloured slope": lambda: _picture(np.stack([180 + 60 * ACROSS, 140 + 50 * DOWN, 120 + 40 * ACROSS], axis=2)),
    "diagonal slope": lambda: _picture((ACROSS + DOWN) * 100 + 20),
    "round fall-off": lambda: _picture(230 - 200 * np.hypot(ACROSS - 0.5, DOWN - 0.5)),
    "slope with grain": lambda: _picture(ACROSS * 120 + 60 + np.random.default_rng(0).normal(0, 4, (SIDE, SIDE))),
    "grainy flat": lambda: _picture(128 + np.random.default_rng(1).normal(0, 8, (SIDE, SIDE, 3))),
    **{f"colour noise {cell}": partial(_noise, cell, cell) for cell in (1, 2, 4, 8, 16, 32)},
    **{f"grey noise {cell}": partial(_noise, cell, cell, colour=False) for cell in (1, 2, 4, 8, 16)},
    **{f"blended noise {cell}": partial(_noise, cell, cell, smooth=True) for cell in (2, 4, 8, 16, 32)},
    **{f"stripes {period}": partial(_stripes, period) for period in (8, 16, 20)},
    "chessboard": lambda: _picture(255.0 * (((ACROSS * 16).astype(int) + (DOWN * 16).astype(int)) % 2)),
}


@pytest.mark.parametrize("name", EMPTY)
def test_nothing_to_see_is_blank(name: str) -> None:
    quality = assess(EMPTY[name]())
    assert quality.problem == "blank" and not quality.judgeable


@pytest.mark.parametrize("task", released_tasks())
def test_no_released_model_finds_a_disease_in_nothing(task: str) -> None:
    diagnoser = Diagnoser.load(task)
    for name, draw in list(EMPTY.items())[::3]:
        finding = diagnoser.diagnose(draw())
        assert finding.abstained and finding.alerts == () and finding.heatmaps == (None,), name


@pytest.mark.parametrize("seed", range(6))
def test_a_drawn_eye_is_judged_without_a_hint(seed: int) -> None:
    quality = assess(drawn_eye(seed=seed))
    assert (quality.problem, quality.hints) == ("", ())


def test_a_dark_photo_is_judged_with_a_hint_and_a_black_one_is_not() -> None:
    dim, night = (drawn_eye().point(lambda level, share=share: level * share) for share in (0.15, 0.04))
    assert assess(dim).judgeable and assess(dim).hints == ("dark",)
    assert not assess(night).judgeable


def test_a_reflection_over_a_fifth_of_the_photo_is_glare() -> None:
    eye = drawn_eye()
    ImageDraw.Draw(eye).rectangle((0, 0, 320, 60), (255, 255, 255))
    assert assess(eye).hints == ("glare",) and assess(eye).judgeable


def test_a_photo_out_of_focus_is_judged_with_a_hint() -> None:
    blurred = drawn_eye().filter(ImageFilter.GaussianBlur(14))
    assert assess(blurred).hints == ("blurred",) and assess(blurred).judgeable


def test_a_spot_that_is_almost_nothing_of_the_photo_asks_for_a_closer_one() -> None:
    skin = np.full((480, 640, 3), (205, 170, 150)) + np.random.default_rng(0).normal(0, 5, (480, 640, 1))
    picture = _picture(skin)
    ImageDraw.Draw(picture).ellipse((300, 220, 345, 265), (90, 50, 40))
    assert assess(picture).hints == ("too_small",)
    ImageDraw.Draw(picture).ellipse((220, 140, 420, 340), (90, 50, 40))
    assert assess(picture).hints == ()


def test_size_and_shape_of_a_photo_do_not_change_what_is_said_of_it() -> None:
    for width, height in ((120, 90), (1600, 1200), (900, 1600)):
        quality = assess(drawn_eye().resize((width, height)))
        assert (quality.problem, quality.hints) == ("", ())
