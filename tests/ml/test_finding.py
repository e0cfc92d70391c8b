"""What a finding says, put together on a hand-made runtime whose every word is known."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

from ml.inference import Diagnoser, Finding
from ml.intake import Intake
from ml.lookalikes import Lookalikes
from ml.preprocess import Floats
from ml.runtime.base import Pass
from ml.scope import Scope
from tests.ml.drawn import drawn_eye
from tests.ml.shelf import CARD

NEVER = -99.0  # a logit that leaves a label no probability


class Says:
    """Says its own logits of the photos in their order, and sees its own features, the same everywhere, in them."""

    head: Floats = np.eye(3, dtype=np.float32)

    def __init__(self, *logits: list[float], features: Any = ()) -> None:
        self.logits = np.array(logits, np.float32)
        self.features = np.array(features or [[1.0, 0.0, 0.0]] * len(logits), np.float32)
        self.shaken = False

    def __call__(self, images: Floats) -> Pass:
        self.shaken |= len(images) != len(self.logits)
        number = np.arange(len(images)) % len(self.logits)
        maps = np.tile(self.features[number, :, None, None], (1, 1, 2, 2))
        return Pass(self.logits[number], maps, self.features[number], images)

    def again(self, middle: Floats) -> Floats:
        return self.logits[np.arange(len(middle)) % len(self.logits)]


def found(*logits: list[float], **changes: Any) -> Finding:
    return Diagnoser(replace(CARD, **changes), Says(*logits)).diagnose(*[drawn_eye()] * len(logits))


def probabilities(finding: Finding) -> dict[str, float]:
    return {candidate.label: candidate.probability for candidate in finding.candidates}


def test_photos_of_one_lesion_are_heard_alike() -> None:
    both = found([3.0, 0.0, 0.0], [0.0, 1.0, 0.0])
    assert both.candidates == found([1.5, 0.5, 0.0]).candidates
    assert both.candidates[0].probability == pytest.approx(np.exp(1.5) / np.exp([1.5, 0.5, 0.0]).sum(), abs=1e-5)


@pytest.mark.parametrize(
    ("about", "fact"), [({"age": 70}, "age:4"), ({"sex": "male"}, "sex:male"), ({"site": "lip"}, "site:head")]
)
def test_age_sex_and_place_are_heard_beside_the_photo(about: dict[str, Any], fact: str) -> None:
    card = replace(CARD, context={"weight": 0.5, "rows": {fact: [0.0, 4.0, 0.0]}})
    said = Diagnoser(card, Says([1.0, 0.0, NEVER])).diagnose(drawn_eye(), **about)
    assert probabilities(said) == pytest.approx(probabilities(found([1.0, 2.0, NEVER])), abs=1e-6)


def test_an_alert_is_raised_from_its_operating_point_on() -> None:
    assert found([0.0, 0.0, NEVER], operating_points={"conjunctivitis": 0.5}).alerts == ("conjunctivitis",)
    assert found([0.0, 0.0, NEVER], operating_points={"conjunctivitis": 0.501}).alerts == ()


def test_an_unsure_answer_still_raises_its_alert_and_a_photo_of_something_else_does_not() -> None:
    card = replace(CARD, operating_points={"cataract": 0.3}, abstain={"below": 0.9})
    unsure = Diagnoser(card, Says([0.0, 0.0, NEVER])).diagnose(drawn_eye())
    assert (unsure.reason, unsure.alerts) == ("uncertain", ("cataract",))
    stranger = Intake(
        "human_eye", ("human_eye", "other"), np.zeros((3, 2), np.float32), np.array([0, 9.0], np.float32), 0.5
    )
    refused = Diagnoser(card, Says([0.0, 0.0, NEVER]), intake=stranger).diagnose(drawn_eye())
    assert (refused.reason, refused.alerts) == ("out_of_scope", ())


def test_the_model_answers_from_its_limit_on() -> None:
    assert not found([0.0, 0.0, NEVER], abstain={"below": 0.5}).abstained
    assert found([0.0, 0.0, NEVER], abstain={"below": 0.501}).reason == "uncertain"


def test_the_danger_is_that_of_all_dangerous_labels_together() -> None:
    said = found([0.0, 0.0, 0.0], dangerous={"labels": ["cataract", "no_finding"], "threshold": 0.2})
    assert said.dangerous == pytest.approx(2 / 3, abs=1e-6)
    assert found([0.0, 0.0, 0.0]).dangerous is None


def test_labels_that_cannot_be_ruled_out_follow_the_thresholds_by_name() -> None:
    least = {"no_finding": 0.5, "conjunctivitis": 0.3, "cataract": 0.9}  # in another order than the labels
    assert found([0.5, 0.0, NEVER], conformal={"thresholds": least}).prediction_set == ("conjunctivitis",)
    assert found([0.0, 0.5, NEVER]).prediction_set == ()


def test_one_photo_near_the_training_photos_is_in_scope_and_the_limit_itself_is() -> None:
    scope = Scope(np.zeros(3, np.float32), np.eye(3, dtype=np.float32) * np.array([1, 3, 3], np.float32))
    near, far = [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]  # at √(1/3) and √3

    def in_scope(above: float, *features: list[float]) -> bool:
        runtime = Says(*[[0.0, 0.0, 0.0]] * len(features), features=list(features))
        card = replace(CARD, scope={"above": above})
        return Diagnoser(card, runtime, scope).diagnose(*[drawn_eye()] * len(features)).in_scope

    limit = float(scope.distance(np.array([near], np.float32))[0])
    assert in_scope(limit, near) and in_scope(limit, far, near) and not in_scope(limit, far, far)
    assert Diagnoser(CARD, Says([0.0, 0.0, 0.0], features=[far]), scope).diagnose(drawn_eye()).in_scope  # no limit


def test_look_alikes_are_named_by_their_cases_most_first_and_none_without() -> None:
    cases = np.tile(np.array([[1.0, 0.0, 0.0]], np.float32), (3, 1))
    known = Lookalikes(
        np.zeros(3, np.float32),
        np.eye(3, dtype=np.float32),
        cases,
        np.array([[0, 1, 0], [0, 1, 0], [1, 0, 0]], np.uint8),
    )
    said = Diagnoser(CARD, Says([0.0, 0.0, 0.0]), lookalikes=known).diagnose(drawn_eye())
    assert said.lookalikes == (("conjunctivitis", 2), ("cataract", 1))


@pytest.mark.parametrize(("ahead", "shaken"), [(0.5, True), (1.0, False)])
def test_an_answer_is_shaken_by_how_far_it_stands_before_the_second(ahead: float, shaken: bool) -> None:
    runtime = Says([ahead, 0.0, NEVER])  # 24 % and 46 % of the probability before the second
    Diagnoser(replace(CARD, checks={"flips": 0.5, "off_centre": 0.5}), runtime).diagnose(drawn_eye())
    assert runtime.shaken == shaken


def test_an_answer_that_small_changes_flip_is_unsteady() -> None:
    class Wavers(Says):
        """Says something else of every photo but the one that came."""

        def __call__(self, images: Floats) -> Pass:
            seen = super().__call__(images)
            return seen._replace(logits=seen.logits[:, [1, 0, 2]]) if self.shaken else seen

    checked = replace(CARD, checks={"flips": 0.5, "off_centre": 0.5})
    assert not Diagnoser(checked, Wavers([0.5, 0.0, NEVER])).diagnose(drawn_eye()).steady
    assert Diagnoser(checked, Says([0.5, 0.0, NEVER])).diagnose(drawn_eye()).steady


def test_a_photo_that_cannot_be_judged_is_refused_for_what_is_wrong_with_the_first() -> None:
    dark, blank = Image.new("RGB", (300, 200)), Image.new("RGB", (300, 200))
    ImageDraw.Draw(dark).ellipse((110, 60, 190, 140), (50, 50, 50))
    said = Diagnoser(CARD, Says([9.0, 0.0, 0.0], [9.0, 0.0, 0.0])).diagnose(dark, blank)
    assert (said.reason, said.abstained, said.alerts) == ("dark", True, ())
    assert [one["problem"] for one in said.quality] == ["dark", "blank"] and said.heatmaps == (None, None)
