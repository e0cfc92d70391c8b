"""The released models, together, on a picture whose kind everybody knows: a mole on skin."""

import pytest

from ml.inference import Diagnoser, Finding, outline, released_tasks
from tests.mole import drawn_mole


@pytest.fixture(scope="module")
def finding() -> Finding:
    return Diagnoser.load("human_skin").diagnose(drawn_mole(), age=30, sex="female", site="trunk")


def test_a_mole_is_judged_and_taken_for_a_harmless_one(finding: Finding) -> None:
    assert (finding.in_scope, finding.abstained, finding.candidates[0].label) == (True, False, "nv")


def test_the_answer_comes_with_all_that_a_person_is_promised(finding: Finding) -> None:
    assert "nv" in finding.prediction_set
    assert finding.dangerous is not None and finding.dangerous < 0.2
    assert finding.lookalikes[0][0] == "nv"


@pytest.mark.parametrize("task", sorted(set(released_tasks()) - {"human_skin"}))
def test_a_mole_sent_as_anything_else_is_refused(task: str) -> None:
    finding = Diagnoser.load(task).diagnose(drawn_mole())
    assert (finding.in_scope, finding.reason) == (False, "out_of_scope")
    assert "wrong_site" in finding.hints


def test_the_outline_is_found_around_the_mole_and_nowhere_else() -> None:
    found = outline(drawn_mole())
    assert found is not None
    assert all(0.2 < along < 0.8 for point in found.contour for along in point)
