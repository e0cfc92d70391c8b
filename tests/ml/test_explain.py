"""``explain`` gives a release figures of its maps, limits of its second look and look-alikes; its weights stay."""

import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from PIL import Image, ImageDraw

from ml.__main__ import main
from ml.inference import Diagnoser, model_card
from tests.ml.drawn import drawn_eye
from tests.ml.shelf import CARD, LABELS, put_on_shelf


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A shelf with a tiny release, 24 drawn photos with labels, and outlines of six of them."""
    put_on_shelf(tmp_path / "registry", replace(CARD, abstain={"below": 0.3}), favours=1)
    rows = []
    for number in range(24):
        drawn_eye(96, 80, seed=number).save(tmp_path / f"{number}.png")
        rows.append({"image": f"{number}.png", "label": LABELS[number % 3], "split": "train" if number < 18 else "val"})
    outline = Image.new("L", (96, 80), 0)
    ImageDraw.Draw(outline).ellipse((29, 20, 67, 64), 255)
    outline.save(tmp_path / "mask.png")
    table = pd.DataFrame(rows)
    table.to_csv(tmp_path / "human_eye.csv", index=False)
    table[18:].assign(mask="mask.png").to_csv(tmp_path / "outlines.csv", index=False)
    return tmp_path


def explained(home: Path, *more: str) -> int:
    return main(["explain", "human_eye", "--data", str(home), "--registry", str(home / "registry"), *more])


def test_a_release_is_explained_and_its_weights_stay(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = model_card("human_eye", registry=home / "registry")
    assert explained(home, "--masks", str(home / "outlines.csv")) == 0
    card = model_card("human_eye", registry=home / "registry")
    assert card.weights_sha256 == before.weights_sha256
    assert {"insertion", "deletion", "pointing"} <= set(card.measured["metrics"])
    assert all(0 <= card.measured["metrics"][name]["value"] <= 1 for name in ("insertion", "deletion", "pointing"))
    assert json.loads(capsys.readouterr().out)["checks"] == card.checks
    shelf = home / "registry" / "human_eye" / card.version
    assert (shelf / "plots" / "explanation.png").is_file()
    assert "Does the explanation hold?" in (shelf / "README.md").read_text()


def test_an_explained_release_looks_again_and_names_look_alikes(home: Path) -> None:
    explained(home)
    finding = Diagnoser.load("human_eye", registry=home / "registry").diagnose(drawn_eye(96, 80, seed=3))
    assert sum(count for _label, count in finding.lookalikes) == 15
    assert [count for _label, count in finding.lookalikes] == sorted(
        (count for _label, count in finding.lookalikes), reverse=True
    )
    assert finding.faithful is (finding.heatmaps[0] is not None)


def test_without_outlines_there_is_no_pointing_figure(home: Path) -> None:
    explained(home)
    assert "pointing" not in model_card("human_eye", registry=home / "registry").measured["metrics"]


def test_outlines_need_a_column_that_names_them(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert explained(home, "--masks", str(home / "human_eye.csv")) == 2
    assert "lacks the column mask" in capsys.readouterr().err
