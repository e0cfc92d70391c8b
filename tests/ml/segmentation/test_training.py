"""A miniature outline network is trained, stopped, resumed, released and used; its lesions are drawn."""

import hashlib
import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from PIL import Image

from ml.inference import model_card, outline
from ml.segmentation import training
from ml.segmentation.augment import random_pair, with_dark_border, with_hairs
from ml.segmentation.commands import release_run, train_outline
from ml.segmentation.experiment import OutlineExperiment
from ml.segmentation.measure import box_around, overlap
from ml.segmentation.outline import Outline
from ml.segmentation.training import dice_and_entropy
from ml.training.masks import read_pairs
from tests.ml.segmentation.shelf import spot

SMALL = ["encoder=test_efficientnet", "image_size=64", "serve_size=64", "epochs=2", "batch_size=4", "frozen_stages=0"]


@pytest.fixture(autouse=True)
def no_imagenet(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tiny encoder has no packaged weights: it begins with the random ones of the seed."""
    monkeypatch.setattr(training, "load_imagenet", lambda net, encoder: None)


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """Twelve drawn lesions with their masks, in one folder with its table."""
    home, rows = tmp_path / "pack", []
    home.mkdir()
    dice = random.Random(0)
    for number in range(12):
        x, y = dice.randrange(10, 40), dice.randrange(8, 30)
        box = (x, y, x + 50, y + 40)
        spot(100, 80, box).save(home / f"{number}.png")
        drawn = np.asarray(spot(100, 80, box).convert("L")) < 120
        Image.fromarray((drawn * 255).astype(np.uint8)).save(home / f"{number}_mask.png")
        rows.append({"image": f"{number}.png", "mask": f"{number}_mask.png", "split": "train" if number < 8 else "val"})
    pd.DataFrame(rows).to_csv(home / "lesion_mask.csv", index=False)
    return home


def checksum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.slow
def test_a_stopped_run_ends_as_an_unbroken_one(pack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = train_outline(pack, (), tmp_path / "whole", changes=SMALL)
    finish = training.OutlineRun.finish_epoch
    stopped: list[bool] = []

    def stop_once(*given: object) -> None:
        finish(*given)  # type: ignore[arg-type]
        if not stopped:
            stopped.append(True)
            raise KeyboardInterrupt

    monkeypatch.setattr(training.OutlineRun, "finish_epoch", stop_once)
    with pytest.raises(KeyboardInterrupt):
        train_outline(pack, (), tmp_path / "broken", changes=SMALL)
    assert checksum(train_outline(pack, (), tmp_path / "broken", changes=SMALL)) == checksum(whole)
    assert len((tmp_path / "broken" / "log.csv").read_text().splitlines()) == 3


@pytest.mark.slow
def test_a_run_is_released_with_its_figures_and_never_again(pack: Path, tmp_path: Path) -> None:
    train_outline(pack, (), tmp_path / "run", changes=SMALL)
    release = {"version": "1", "strangers": None, "crops": None, "registry": tmp_path / "shelf"}
    card = release_run(pack, (), tmp_path / "run", **release)  # type: ignore[arg-type]
    assert card.to_json() == model_card("lesion_outline", registry=tmp_path / "shelf").to_json()
    assert card.kind == "segmentation" and card.measured["n"] == 4 and card.image_size == 64
    figure = card.measured["metrics"]["mean_iou"]
    assert 0 <= figure["low"] <= figure["value"] <= figure["high"] <= 1
    outline(spot(), registry=tmp_path / "shelf")  # answers, whatever two epochs have taught it
    home = tmp_path / "shelf" / "lesion_outline" / "1"
    assert (home / "plots" / "overlap.png").is_file() and "mean IoU" in (home / "README.md").read_text()
    with pytest.raises(FileExistsError, match="released already"):
        release_run(pack, (), tmp_path / "run", **release)  # type: ignore[arg-type]


def test_a_table_without_masks_is_refused(tmp_path: Path) -> None:
    (tmp_path / "lesion_mask.csv").write_text("image,split\na.png,train\n")
    with pytest.raises(ValueError, match="lacks the column mask"):
        read_pairs(tmp_path)


def test_a_table_of_outlines_is_read_as_any_other_table(tmp_path: Path) -> None:
    rows = "Image ; Mask ; Split\na.png; a_mask.png; Train\n007;7.png;val\n"
    (tmp_path / "set.csv").write_text(rows, encoding="utf-16")
    table = read_pairs(tmp_path / "set.csv").table
    assert table[["image", "mask", "split"]].to_numpy().tolist() == [
        ["a.png", "a_mask.png", "train"],
        ["007", "7.png", "val"],
    ]


@pytest.fixture
def seeded() -> Iterator[None]:
    random.seed(3)
    torch.manual_seed(3)
    yield


def squares() -> tuple[torch.Tensor, torch.Tensor]:
    """Light skin with a dark rectangle, and the rectangle as a mask."""
    photo = torch.full((3, 80, 80), 200, dtype=torch.uint8)
    mask = torch.zeros(1, 80, 80, dtype=torch.uint8)
    photo[:, 20:50, 30:70] = 40
    mask[:, 20:50, 30:70] = 255
    return photo, mask


@pytest.mark.usefixtures("seeded")
def test_photo_and_outline_are_turned_together() -> None:
    experiment = OutlineExperiment(image_size=64, hair=0, border=0, colour=0)
    for _ in range(20):
        view, outlined = random_pair(*squares(), experiment)
        dark = (view.float().mean(0) < 120).float()
        assert (dark - outlined[0]).abs().mean() < 0.02


@pytest.mark.usefixtures("seeded")
def test_hairs_darken_lines_and_a_border_the_corners() -> None:
    photo, _mask = squares()
    haired = with_hairs(photo)
    changed = (haired != photo).any(0).float().mean()
    assert 0.001 < changed < 0.5 and (haired <= photo.clamp_min(110)).all()
    framed = with_dark_border(torch.full((3, 80, 80), 200, dtype=torch.uint8))
    assert framed[:, 40, 40].min() > 190 and framed[:, 0, 0].max() < 60


def test_the_loss_is_small_only_where_the_outline_fits() -> None:
    masks = torch.zeros(2, 1, 8, 8)
    masks[:, :, 2:5, 2:5] = 1
    right, wrong = (masks * 2 - 1) * 12, (1 - masks * 2) * 12
    assert dice_and_entropy(right, masks, 0.5) < 0.01 < 1 < dice_and_entropy(wrong, masks, 0.5)
    nothing = torch.full((1, 1, 8, 8), -12.0)
    assert dice_and_entropy(nothing, torch.zeros(1, 1, 8, 8), 1.0) < 0.01  # an empty mask, rightly left empty


def test_overlap_is_counted_in_pixels() -> None:
    found, true = np.zeros((10, 10), np.uint8), np.zeros((10, 10), np.uint8)
    found[:, :6], true[:, 4:] = 1, 1  # 20 of 100 shared, 60 each
    assert overlap(found, true) == pytest.approx((0.2, 1 / 3, 1 / 3))


def test_a_crop_keeps_a_margin_and_stays_in_the_photo() -> None:
    lesion = Outline(((0.5, 0.5), (1.0, 0.5), (1.0, 0.75), (0.5, 0.75)), 0.12, 0, 0, 1)
    assert box_around(lesion, (200, 100)) == (80, 45, 200, 80)  # a fifth more on each side, no more than there is
