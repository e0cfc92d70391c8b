"""What the network saw half-way says whether a photo shows the species and site at all, before a disease is named."""

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from numpy.typing import NDArray

from ml.inference import Diagnoser, Finding
from ml.intake import BIAS, WEIGHT, Intake, intake_from
from ml.network import LesionNet
from ml.runtime.base import Floats, Pass
from ml.training.augment import in_haste
from ml.training.intake import ENOUGH, TURNED_AWAY, fit_intake, intake_figures, intake_pack, with_least
from ml.views import see
from tests.ml.shelf import CARD, put_on_shelf
from tests.mole import drawn_mole

LABELS = ("dog_skin", "human_eye", "other")


def _intake(*favour: float, least: float = 0.5) -> Intake:
    return Intake("human_eye", LABELS, np.zeros((1, 3), np.float32), np.array(favour, np.float32), least)


def _finding(registry: Path, label: str) -> Finding:
    """What is said of a photo in which an intake sees ``label``, whatever it shows."""
    put_on_shelf(registry)
    plain = Diagnoser.load("human_eye", registry=registry)
    width = plain.runtime(np.zeros((1, 3, 64, 64), np.float32)).statistics.shape[1]
    favour = np.array([9.0 * (label == name) for name in LABELS], np.float32)
    intake = Intake("human_eye", LABELS, np.zeros((width, 3), np.float32), favour, 0.5)
    return Diagnoser(plain.card, plain.runtime, intake=intake).diagnose(drawn_mole(320))


def test_a_photo_of_the_right_kind_is_let_in(tmp_path: Path) -> None:
    assert _finding(tmp_path, "human_eye").in_scope


def test_a_photo_of_something_else_is_out_of_scope_and_gets_no_disease(tmp_path: Path) -> None:
    finding = _finding(tmp_path, "other")
    assert (finding.in_scope, finding.abstained, finding.reason) == (False, True, "out_of_scope")
    assert "wrong_site" not in finding.hints


def test_a_photo_of_another_species_or_site_is_refused_and_told_so(tmp_path: Path) -> None:
    finding = _finding(tmp_path, "dog_skin")
    assert not finding.in_scope and "wrong_site" in finding.hints


def test_only_a_sure_sight_of_another_task_refuses() -> None:
    intake = _intake(0, 0, 0)
    assert intake.instead(np.array([[0.985, 0.005, 0.01]], np.float32)) == "dog_skin"
    assert intake.instead(np.array([[0.005, 0.985, 0.01]], np.float32)) == ""  # its own
    assert intake.instead(np.array([[0.005, 0.01, 0.985]], np.float32)) == ""  # no task at all
    assert intake.instead(np.array([[0.9, 0.09, 0.01]], np.float32)) == ""
    assert intake.instead(np.array([[0.985, 0.005, 0.01], [0.5, 0.4, 0.1]], np.float32)) == ""  # one photo of two
    last = Intake("human_eye", LABELS[1:] + LABELS[:1], np.zeros((1, 3), np.float32), np.zeros(3, np.float32))
    assert last.instead(np.array([[0.005, 0.01, 0.985]] * 2, np.float32)) == "dog_skin"  # wherever it stands


def test_likeness_to_a_neighbouring_task_costs_nothing() -> None:
    alone, shared = np.array([[0.0, 0.9, 0.1]], np.float32), np.array([[0.5, 0.45, 0.05]], np.float32)
    assert _intake(0, 0, 0).kinship(alone) == pytest.approx(_intake(0, 0, 0).kinship(shared))


def test_one_photo_of_the_right_kind_lets_a_case_in() -> None:
    fits, strange = [0.0, 0.9, 0.1], [0.0, 0.1, 0.9]
    assert _intake(0, 0, 0).belongs(np.array([strange, fits], np.float32))
    assert not _intake(0, 0, 0).belongs(np.array([strange, strange], np.float32))
    assert _intake(0, 0, 0).belongs(np.array([[0.0, 0.5, 0.5]], np.float32))  # the least itself is enough


def test_an_intake_comes_out_of_the_released_tensors_and_leaves_the_network_its_own() -> None:
    tensors: dict[str, NDArray[np.generic]] = {WEIGHT: np.ones((4, 3)), BIAS: np.zeros(3), "backbone.x": np.zeros(1)}
    intake = intake_from(replace(CARD, intake={"labels": list(LABELS), "least": 0.25}), tensors)
    assert intake is not None and (intake.task, intake.labels, intake.least) == ("human_eye", LABELS, 0.25)
    assert set(tensors) == {"backbone.x"} and intake_from(CARD, tensors) is None


def _clouds(count: int = 400) -> tuple[Floats, np.ndarray]:
    """Statistics of three kinds of photo, each around a place of its own; the task's are half as many."""
    dice = np.random.default_rng(0)
    named = np.repeat(LABELS, (count, count // 2, count))
    places = dict(zip(LABELS, np.eye(3) * 4, strict=True))
    points = np.stack([places[str(name)] for name in named]) + dice.normal(size=(len(named), 3))
    return (points * [1, 100, 0.01]).astype(np.float32), named  # channels of very different size


def test_what_is_learnt_tells_the_kinds_apart_and_lets_nearly_all_of_its_own_in() -> None:
    points, named = _clouds()
    intake = with_least(fit_intake("human_eye", points, named), points, named)
    figures = intake_figures(intake, points, named)
    assert figures["scope_auroc"]["value"] > 0.98
    assert figures["strangers_let_in"]["value"] < 0.1 and figures["others_let_in"]["value"] < 0.3
    kin = intake.kinship(intake.shares(points[named == "human_eye"]))
    assert (kin < intake.least).mean() == pytest.approx(TURNED_AWAY, abs=0.005)


def test_no_more_kinship_is_asked_for_than_is_enough() -> None:
    points, named = _clouds()
    apart = points + np.where(named == "human_eye", 40, 0)[:, None].astype(np.float32)  # told apart without any doubt
    assert with_least(fit_intake("human_eye", apart, named), apart, named).least == ENOUGH


def _packs(folder: Path) -> Path:
    for task in ("dog_eye", "human_eye"):
        rows = [{"image": f"{task}/{n}.webp", "label": "x", "split": "val" if n < 2 else "train"} for n in range(5)]
        pd.DataFrame(rows).to_csv(folder / f"{task}.csv", index=False)
    kinds = [{"image": f"s/{n}.webp", "label": f"kind{n // 4}", "origin": "sample"} for n in range(200)]
    pd.DataFrame(kinds).to_csv(folder / "not_a_lesion.csv", index=False)
    return folder


def test_what_measures_the_intake_was_never_learnt_from(tmp_path: Path) -> None:
    pack = intake_pack(_packs(tmp_path), "human_eye")
    assert pack is not None
    strangers = pack.table[pack.table["label"] == "other"].merge(pd.read_csv(tmp_path / "not_a_lesion.csv"), on="image")
    kinds = {split: set(rows["label_y"]) for split, rows in strangers.groupby("split")}
    assert kinds["train"] and kinds["val"] and not kinds["train"] & kinds["val"]  # whole kinds of things
    assert set(pack.table["label"]) == {"dog_eye", "human_eye", "other"}


def test_without_strangers_or_photos_of_its_own_there_is_nothing_to_learn(tmp_path: Path) -> None:
    folder = _packs(tmp_path)
    assert intake_pack(folder, "cat_skin") is None
    (folder / "not_a_lesion.csv").unlink()
    assert intake_pack(folder, "human_eye") is None and intake_pack(folder / "human_eye.csv", "human_eye") is None


def test_a_hasty_photo_is_another_of_the_same_size_and_the_same_when_drawn_again() -> None:
    pixels = np.random.default_rng(0).integers(0, 255, (3, 64, 64), np.uint8)
    random.seed(3)
    first = in_haste(pixels)
    random.seed(3)
    assert np.array_equal(first, in_haste(pixels))
    assert first.shape == pixels.shape and first.dtype == np.uint8 and not np.array_equal(first, pixels)


@pytest.mark.parametrize(("backbone", "width"), [("tf_efficientnet_lite0", 2 * (112 + 192 + 320)), ("resnet18", 512)])
def test_one_pass_answers_explains_and_keeps_what_the_later_stages_saw(backbone: str, width: int) -> None:
    net = LesionNet(backbone, 4).eval()
    images = torch.randn(2, 3, 64, 64)
    with torch.inference_mode():
        logits, maps, statistics = net.look(images)
        assert torch.equal(maps, net.features(images)) and torch.equal(logits, net(images))
    assert statistics.shape == (2, width)


def test_the_mirror_adds_its_opinion_but_neither_its_map_nor_its_statistics() -> None:
    class Corner:
        head = np.zeros((2, 3), np.float32)

        def __call__(self, images: Floats) -> Pass:
            return Pass(images[:, 0, 0, :2].copy(), images, images[:, 0, 0], images)

        def again(self, middle: Floats) -> Floats:
            return self(middle).logits

    image = np.arange(12, dtype=np.float32).reshape(1, 3, 2, 2)
    seen = see(Corner(), image, ("whole", "mirrored"))
    assert seen.logits.tolist() == [[0.5, 0.5]]
    assert np.array_equal(seen.maps, image) and seen.statistics.tolist() == [[0.0, 1.0]]
