"""``python -m ml segment``: one mask a photo, one line a file, whatever the file."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml.__main__ import main
from tests.ml.segmentation.shelf import put_outliner_on_shelf, spot


@pytest.fixture
def registry(tmp_path: Path) -> Path:
    put_outliner_on_shelf(tmp_path / "registry")
    return tmp_path / "registry"


def opened(path: Path) -> Image.Image:
    with Image.open(path) as picture:
        return picture.copy()


def segment(registry: Path, out: Path, *paths: Path) -> int:
    return main(["segment", *map(str, paths), "--out", str(out), "--registry", str(registry)])


@pytest.mark.parametrize("size", [(300, 200), (2400, 1800), (333, 517)])
def test_a_mask_is_as_large_as_its_photo_and_has_two_values(
    registry: Path, tmp_path: Path, size: tuple[int, int]
) -> None:
    spot(*size, box=(size[0] // 4, size[1] // 4, size[0] // 2, size[1] // 2)).save(tmp_path / "one.png")
    assert segment(registry, tmp_path / "masks", tmp_path / "one.png") == 0
    mask = opened(tmp_path / "masks" / "one.png")
    assert mask.size == size and mask.mode == "L"
    assert set(np.unique(np.asarray(mask))) == {0, 255}
    assert np.asarray(mask)[size[1] * 3 // 8, size[0] * 3 // 8] == 255


def test_a_photo_that_was_turned_gets_an_upright_mask(registry: Path, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # a quarter turn
    spot(300, 200).save(tmp_path / "turned.jpg", exif=exif)
    assert segment(registry, tmp_path / "masks", tmp_path / "turned.jpg") == 0
    assert opened(tmp_path / "masks" / "turned.png").size == (200, 300)


def test_a_bad_file_is_one_line_and_the_others_go_on(
    registry: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    photos = tmp_path / "photos"
    photos.mkdir()
    (photos / "a.jpg").write_bytes(b"no picture")
    spot().save(photos / "b.png")
    assert segment(registry, tmp_path / "masks", photos, tmp_path / "none.jpg") == 1
    bad, good, gone = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert "not a readable" in bad["error"] and "cannot be read" in gone["error"]
    assert good["found"] and Path(good["mask"]).is_file()
    assert not (tmp_path / "masks" / "a.png").exists()


def test_bare_skin_gets_an_empty_mask_and_is_said_to_have_none(
    registry: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Image.new("RGB", (120, 90), (225, 190, 170)).save(tmp_path / "bare.png")
    assert segment(registry, tmp_path / "masks", tmp_path / "bare.png") == 0
    assert not json.loads(capsys.readouterr().out)["found"]
    assert not np.asarray(opened(tmp_path / "masks" / "bare.png")).any()


def test_photos_of_one_name_do_not_overwrite_each_other(registry: Path, tmp_path: Path) -> None:
    for folder in ("x", "y"):
        (tmp_path / folder).mkdir()
        spot().save(tmp_path / folder / "one.png")
    segment(registry, tmp_path / "masks", tmp_path / "x", tmp_path / "y")
    assert sorted(path.name for path in (tmp_path / "masks").iterdir()) == ["one-2.png", "one.png"]


def test_without_a_release_the_command_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert segment(tmp_path, tmp_path / "masks", tmp_path / "one.png") == 2
    assert "no released model for lesion_outline" in capsys.readouterr().err
