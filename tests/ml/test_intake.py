"""Before a task's model answers, the intake says whether the photo shows that species and site at all."""

from dataclasses import replace
from pathlib import Path
from typing import cast

import numpy as np
import pandas as pd
import pytest

from ml.inference import Diagnoser, Finding, released_models, released_tasks
from ml.intake import INTAKE, Intake, kinship, released_intake
from ml.runtime.base import Runtime
from ml.training.data import Pack
from ml.training.intake import held_out_strangers, intake_pack
from ml.views import see
from tests.ml.shelf import CARD, put_on_shelf
from tests.mole import drawn_mole

LABELS = ("human_eye", "dog_skin", "other")
DOORMAN = replace(CARD, task=INTAKE, labels=LABELS, operating_points={"human_eye": 0.5, "dog_skin": 0.5})


def _finding(registry: Path, *, favours: str) -> Finding:
    put_on_shelf(registry)
    put_on_shelf(registry, DOORMAN, favours=LABELS.index(favours))
    released_intake.cache_clear()
    return Diagnoser.load("human_eye", registry=registry).diagnose(drawn_mole(320))


def test_a_photo_of_the_right_kind_is_let_in(tmp_path: Path) -> None:
    assert _finding(tmp_path, favours="human_eye").in_scope


def test_a_photo_of_something_else_is_out_of_scope_and_gets_no_disease(tmp_path: Path) -> None:
    finding = _finding(tmp_path, favours="other")
    assert (finding.in_scope, finding.abstained, finding.reason) == (False, True, "out_of_scope")


def test_a_photo_that_surely_shows_another_species_or_site_says_so() -> None:
    doorman = Intake(DOORMAN, cast(Runtime, None))
    assert doorman.instead(np.array([[0.03, 0.96, 0.01]]), "human_eye") == "dog_skin"
    assert doorman.instead(np.array([[0.03, 0.96, 0.01]]), "dog_skin") == ""
    assert doorman.instead(np.array([[0.3, 0.69, 0.01]]), "human_eye") == ""
    assert doorman.instead(np.array([[0.01, 0.01, 0.98]]), "human_eye") == ""


def test_likeness_to_a_neighbouring_task_costs_nothing() -> None:
    alone, shared = np.array([[0.9, 0.0, 0.1]]), np.array([[0.45, 0.5, 0.05]])
    assert kinship(alone, LABELS, "human_eye") == pytest.approx(kinship(shared, LABELS, "human_eye"))


def test_the_intake_is_a_model_but_not_a_task_that_can_be_asked(tmp_path: Path) -> None:
    put_on_shelf(tmp_path, DOORMAN)
    assert (released_models(tmp_path), released_tasks(tmp_path)) == ([INTAKE], [])


def _packs(folder: Path) -> Path:
    for task in ("dog_eye", "dog_skin", "cat_skin", "human_eye", "human_skin"):
        rows = [
            {"image": f"{task}/{n}.webp", "label": "x", "group": n, "split": "val" if n < 2 else "train"}
            for n in range(5)
        ]
        pd.DataFrame(rows).to_csv(folder / f"{task}.csv", index=False)
    kinds = [{"image": f"s/{n}.webp", "label": f"kind{n // 4}", "origin": "sample"} for n in range(200)]
    pd.DataFrame(kinds).to_csv(folder / "not_a_lesion.csv", index=False)
    return folder


def test_what_measures_the_gate_was_never_learnt_from(tmp_path: Path) -> None:
    table = intake_pack(_packs(tmp_path)).table
    strangers = Pack(pd.read_csv(tmp_path / "not_a_lesion.csv"), ())
    held_out = set(held_out_strangers(strangers).table["image"])
    learnt = set(table[(table["label"] == "other") & (table["split"] == "train")]["image"])
    assert held_out and learnt and not held_out & learnt
    assert not table[table["split"] == "val"]["group"].isin(table[table["split"] == "train"]["group"]).any()


def test_the_mirror_adds_its_opinion_but_not_its_map() -> None:
    def runtime(images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return images[:, 0, 0, :2].copy(), images

    image = np.arange(12, dtype=np.float32).reshape(1, 3, 2, 2)
    logits, maps = see(cast(Runtime, runtime), image, ("whole", "mirrored"))
    assert logits.tolist() == [[0.5, 0.5]]
    assert np.array_equal(maps, image)
