"""Through the door: a released model answers, explains, abstains, or says why it cannot be used."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml.inference import CorruptModel, Diagnoser, UnknownTask, model_card, released_tasks, versions
from tests.ml.drawn import drawn_eye
from tests.ml.shelf import CARD, LABELS, put_on_shelf


def test_a_finding_lists_every_label_most_probable_first(tmp_path: Path) -> None:
    put_on_shelf(tmp_path, favours=1)
    finding = Diagnoser.load("human_eye", registry=tmp_path).diagnose(drawn_eye())
    assert finding.candidates[0].label == LABELS[1]
    assert {c.label for c in finding.candidates} == set(LABELS)
    assert sum(c.probability for c in finding.candidates) == pytest.approx(1, abs=1e-4)
    assert not finding.abstained and finding.in_scope and finding.ms > 0


def test_up_to_three_pictures_give_one_finding_and_a_heat_map_each(tmp_path: Path) -> None:
    put_on_shelf(tmp_path)
    diagnoser = Diagnoser.load("human_eye", registry=tmp_path)
    finding = diagnoser.diagnose(drawn_eye(seed=1), drawn_eye(seed=2), drawn_eye(seed=3))
    assert len(finding.heatmaps) == len(finding.quality) == 3
    with pytest.raises(ValueError, match="one to three"):
        diagnoser.diagnose(*[drawn_eye()] * 4)


def test_order_of_the_pictures_does_not_change_the_finding(tmp_path: Path) -> None:
    put_on_shelf(tmp_path)
    diagnoser = Diagnoser.load("human_eye", registry=tmp_path)
    one, two = drawn_eye(seed=1), drawn_eye(seed=2)
    there, back = diagnoser.diagnose(one, two), diagnoser.diagnose(two, one)
    for a, b in zip(there.candidates, back.candidates, strict=True):
        assert a.label == b.label and a.probability == pytest.approx(b.probability, abs=1e-5)


def test_an_unsure_model_says_so(tmp_path: Path) -> None:
    put_on_shelf(tmp_path, replace(CARD, abstain={"below": 0.999}))
    finding = Diagnoser.load("human_eye", registry=tmp_path).diagnose(drawn_eye())
    assert finding.abstained and finding.reason == "uncertain"


@pytest.mark.parametrize("shade", [0, 128, 255])
def test_a_blank_photo_never_gets_a_disease(tmp_path: Path, shade: int) -> None:
    put_on_shelf(tmp_path)
    finding = Diagnoser.load("human_eye", registry=tmp_path).diagnose(Image.new("RGB", (300, 200), (shade,) * 3))
    assert finding.abstained and finding.reason == "blank" and finding.alerts == ()


def test_noise_never_gets_a_disease(tmp_path: Path) -> None:
    put_on_shelf(tmp_path)
    noise = np.random.default_rng(0).integers(0, 256, (256, 256, 3), dtype=np.uint8)
    finding = Diagnoser.load("human_eye", registry=tmp_path).diagnose(Image.fromarray(noise))
    assert finding.abstained and finding.reason == "blank"


def test_a_label_over_its_operating_point_raises_an_alert_whatever_its_rank(tmp_path: Path) -> None:
    put_on_shelf(tmp_path, replace(CARD, operating_points={"conjunctivitis": 0.01}), favours=0)
    finding = Diagnoser.load("human_eye", registry=tmp_path).diagnose(drawn_eye())
    assert finding.candidates[0].label == "cataract" and finding.alerts == ("conjunctivitis",)


@pytest.mark.parametrize("first", [True, False])
def test_a_picture_that_shows_nothing_has_no_say_beside_a_good_one(tmp_path: Path, first: bool) -> None:
    put_on_shelf(tmp_path, replace(CARD, operating_points={"conjunctivitis": 0.01}), favours=0)
    diagnoser = Diagnoser.load("human_eye", registry=tmp_path)
    good, black = drawn_eye(), Image.new("RGB", (400, 300), (3, 3, 3))
    alone, both = diagnoser.diagnose(good), diagnoser.diagnose(*((black, good) if first else (good, black)))
    assert both.candidates == alone.candidates and both.alerts == alone.alerts == ("conjunctivitis",)
    assert both.reason == alone.reason and both.lookalikes == alone.lookalikes
    blank, shown = both.heatmaps if first else both.heatmaps[::-1]
    assert blank is None and shown is not None and len(both.quality) == 2


def test_the_newest_version_answers(tmp_path: Path) -> None:
    for version in ("2026.2", "2026.10", "2026.1"):
        put_on_shelf(tmp_path, replace(CARD, version=version))
    assert model_card("human_eye", registry=tmp_path).version == "2026.10"
    assert versions("human_eye", tmp_path) == ["2026.10", "2026.2", "2026.1"]
    assert released_tasks(tmp_path) == ["human_eye"]


def test_a_task_without_a_release_is_unknown(tmp_path: Path) -> None:
    with pytest.raises(UnknownTask, match="cat_eye"):
        Diagnoser.load("cat_eye", registry=tmp_path)


def test_altered_weights_are_refused(tmp_path: Path) -> None:
    card = put_on_shelf(tmp_path)
    weights = tmp_path / card.task / card.version / "weights.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"!")
    with pytest.raises(CorruptModel, match="not those of its card"):
        Diagnoser.load("human_eye", registry=tmp_path)


def test_missing_weights_are_refused(tmp_path: Path) -> None:
    card = put_on_shelf(tmp_path)
    (tmp_path / card.task / card.version / "weights.safetensors").unlink()
    with pytest.raises(CorruptModel, match="missing"):
        Diagnoser.load("human_eye", registry=tmp_path)


def test_weights_of_another_architecture_are_refused(tmp_path: Path) -> None:
    card = put_on_shelf(tmp_path)
    path = tmp_path / card.task / card.version / "card.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"architecture": "tf_efficientnet_lite0"}))
    with pytest.raises(CorruptModel, match="do not fit"):
        Diagnoser.load("human_eye", registry=tmp_path)


@pytest.mark.parametrize("text", ["", "{", '{"task": "human_eye"}', "[]"])
def test_a_card_that_cannot_be_read_is_refused(tmp_path: Path, text: str) -> None:
    card = put_on_shelf(tmp_path)
    (tmp_path / card.task / card.version / "card.json").write_text(text)
    with pytest.raises(CorruptModel):
        Diagnoser.load("human_eye", registry=tmp_path)
