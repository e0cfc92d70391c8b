"""What stands on the shelf is what the cards say: labels, weights, figures, and the answer to the sample picture."""

import math

import pytest

from ml.inference import Diagnoser, model_card, released_tasks
from ml.sample import sample_picture
from ml.training.experiment import EXPERIMENTS
from ml.training.provenance import TEACHERS

EXPECTED = ["cat_skin", "dog_eye", "dog_skin", "human_eye", "human_skin"]
NAMES = {
    "balanced_accuracy", "macro_f1", "mean_auroc", "top1_single_label", "melanoma_recall", "melanoma_precision",
    "ece", "coverage90", "scope_auroc", "selective_gain80", "mean_iou", "insertion", "deletion", "pointing",
    "own_let_in", "strangers_let_in", "others_let_in",
}  # fmt: skip


def test_five_tasks_are_released() -> None:
    assert released_tasks() == EXPECTED


@pytest.mark.parametrize("task", EXPECTED)
def test_a_card_knows_its_task_its_terms_and_its_limits(task: str) -> None:
    card = model_card(task)
    assert card.labels == EXPERIMENTS[task].labels and card.kind == EXPERIMENTS[task].kind
    assert card.temperature > 0 and 0 < card.abstain["below"] < 1
    assert card.limits and all(source["source"] and source["terms"] for source in card.data)


@pytest.mark.parametrize("task", EXPECTED)
def test_a_card_names_the_weights_that_its_teachers_began_with(task: str) -> None:
    card = model_card(task)
    taught_by = [TEACHERS[name] for name in card.experiment.get("teachers", []) if name in TEACHERS]
    assert all(teacher in card.data for teacher in taught_by)


@pytest.mark.parametrize("task", EXPECTED)
def test_every_figure_has_a_known_name_and_an_interval_around_it(task: str) -> None:
    measured = model_card(task).measured
    assert measured["split"] == "val" and set(measured["per_class"]) == set(model_card(task).labels)
    assert set(measured["metrics"]) <= NAMES
    for figure in measured["metrics"].values():
        assert all(math.isfinite(value) for value in figure.values())
        assert figure["low"] <= figure["value"] <= figure["high"]


@pytest.mark.parametrize("task", EXPECTED)
def test_the_released_weights_give_the_recorded_answer_to_the_sample_picture(task: str) -> None:
    diagnoser = Diagnoser.load(task)
    answer = {c.label: c.probability for c in diagnoser.diagnose(sample_picture()).candidates}
    assert answer == pytest.approx(diagnoser.card.sample, abs=0.02)  # other machines round otherwise
