"""From a photo to an outline, with a network whose answer is known: what is dark is the lesion."""

import math
from pathlib import Path

import pytest
from PIL import Image

from ml.errors import CorruptModel, UnknownTask
from ml.inference import outline
from tests.ml.segmentation.shelf import put_outliner_on_shelf, spot


@pytest.fixture
def registry(tmp_path: Path) -> Path:
    put_outliner_on_shelf(tmp_path)
    return tmp_path


def test_a_disc_is_outlined_where_it_lies_and_shows_no_sign(registry: Path) -> None:
    found = outline(spot(), registry=registry)
    assert found is not None
    assert found.area_share == pytest.approx(math.pi * 60**2 / (300 * 200), rel=0.05)
    xs, ys = zip(*found.contour, strict=True)
    assert (min(xs), max(xs)) == pytest.approx((90 / 300, 210 / 300), abs=0.02)
    assert (min(ys), max(ys)) == pytest.approx((40 / 200, 160 / 200), abs=0.02)
    assert found.asymmetry < 0.05 and found.border_irregularity < 0.05 and found.colours == 1
    assert len(found.contour) <= 100


def test_a_mirrored_photo_has_the_mirrored_outline(registry: Path) -> None:
    picture = spot(box=(20, 30, 120, 110))
    there = outline(picture, registry=registry)
    back = outline(picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT), registry=registry)
    assert there is not None and back is not None
    assert min(x for x, _y in there.contour) == pytest.approx(1 - max(x for x, _y in back.contour), abs=0.015)
    assert back.area_share == pytest.approx(there.area_share, rel=0.02)


@pytest.mark.parametrize(
    "picture",
    [
        Image.new("RGB", (300, 200), (225, 190, 170)),  # nothing there
        Image.new("RGB", (300, 200), (40, 30, 30)),  # all of it
        spot(box=(90, 40, 97, 47)),  # a speck
    ],
    ids=["bare skin", "all dark", "a speck"],
)
def test_no_outline_is_better_than_a_senseless_one(registry: Path, picture: Image.Image) -> None:
    assert outline(picture, registry=registry) is None


def test_an_unsure_network_draws_nothing(tmp_path: Path) -> None:
    put_outliner_on_shelf(tmp_path, below=0.9999)
    assert outline(spot(), registry=tmp_path) is None


def test_without_a_release_the_task_is_unknown(tmp_path: Path) -> None:
    with pytest.raises(UnknownTask, match="lesion_outline"):
        outline(spot(), registry=tmp_path)


def test_another_file_than_the_cards_is_refused(tmp_path: Path) -> None:
    put_outliner_on_shelf(tmp_path)
    with (tmp_path / "lesion_outline" / "2026.11.1" / "model.onnx").open("ab") as file:
        file.write(b"0")
    with pytest.raises(CorruptModel, match="not that of its card"):
        outline(spot(), registry=tmp_path)
