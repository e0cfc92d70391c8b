"""What a card promises about its numbers holds on the photos that it was fitted to, and melanoma is not let slip."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from ml.calibration import posterior
from ml.cards import ModelCard
from ml.training import calibrate as fitted_on_val
from ml.training.calibrate import ALPHA, DANGEROUS, MANY, RECALL, calibrate, crossfitted
from ml.training.evaluate import Outputs
from ml.training.experiment import EXPERIMENTS
from ml.training.metrics import hits
from tests.ml.shelf import CARD

SKIN = replace(CARD, task="human_skin", labels=EXPERIMENTS["human_skin"].labels)


def _outputs(count: int, labels: int = 8, groups: int = 0, seed: int = 0) -> Outputs:
    """What a mediocre network says of photos of ``labels`` kinds."""
    dice = np.random.default_rng(seed)
    targets = np.eye(labels, dtype=np.float32)[np.arange(count) % labels]
    logits = (1.5 * targets + dice.normal(size=targets.shape)).astype(np.float32)
    named = tuple(str(n % groups) for n in range(count)) if groups else ()
    return Outputs(logits, np.zeros((count, 1), np.float32), targets, np.zeros_like(targets), named)


@pytest.fixture(scope="module")
def outputs() -> Outputs:
    return _outputs(400)


@pytest.fixture(scope="module")
def card(outputs: Outputs) -> ModelCard:
    return calibrate(SKIN, outputs)


def test_the_melanoma_alert_catches_what_is_wanted_at_the_highest_point_that_does(
    card: ModelCard, outputs: Outputs
) -> None:
    k = card.labels.index("mel")
    melanomas = posterior(outputs.logits, card)[outputs.targets[:, k] > 0, k]
    point = card.operating_points["mel"]
    assert (melanomas >= point + 2e-4).mean() < RECALL <= (melanomas >= point).mean()


def test_the_danger_read_out_is_of_all_dangerous_labels_and_its_price_stands_in_the_card(
    card: ModelCard, outputs: Outputs
) -> None:
    columns = [card.labels.index(label) for label in DANGEROUS["human_skin"]]
    danger = posterior(outputs.logits, card)[:, columns].sum(1)
    truth = outputs.targets[:, columns].sum(1) > 0
    said = danger >= card.dangerous["threshold"]
    assert card.dangerous["labels"] == ["mel", "bcc", "akiec", "scc"]
    assert (danger[truth] >= card.dangerous["threshold"] + 2e-4).mean() < RECALL <= said[truth].mean()
    assert card.dangerous["recall"] == pytest.approx(said[truth].mean(), abs=1e-4)
    assert card.dangerous["precision"] == pytest.approx(truth[said].mean(), abs=1e-4)


def test_a_task_without_dangerous_labels_gets_no_alert_and_no_read_out(outputs: Outputs) -> None:
    plain = calibrate(replace(CARD, labels=tuple("abcdefgh")), outputs)
    assert plain.operating_points == {} and plain.dangerous == {}


def test_rounding_the_thresholds_takes_no_photo_out_of_its_set(card: ModelCard, outputs: Outputs) -> None:
    probability = posterior(outputs.logits, card)
    for k, label in enumerate(card.labels):
        own = probability[outputs.targets[:, k] > 0, k]
        assert (own >= card.conformal["thresholds"][label]).mean() >= 1 - ALPHA, label


def test_no_more_is_left_unanswered_than_makes_the_rest_five_points_better(card: ModelCard, outputs: Outputs) -> None:
    probability = posterior(outputs.logits, card)
    right, answered = hits(probability, outputs.targets), probability.max(1) >= card.abstain["below"] - 5e-5
    assert 0.8 < answered.mean() < 1 and right[answered].mean() == pytest.approx(right.mean() + 0.05, abs=0.005)


def test_with_facts_beside_the_photos_the_first_candidates_are_as_often_right_as_they_say() -> None:
    plain = _outputs(MANY, labels=3)
    told = replace(plain, known=2 * plain.targets)  # age, sex and place speak for the truth
    said = posterior(told.logits, calibrate(CARD, told), told.known)
    assert said.max(1).mean() == pytest.approx(hits(said, told.targets).mean(), abs=0.01)


@pytest.mark.parametrize(
    ("kind", "count", "each", "led"),
    [("multiclass", MANY - 1, False, False), ("multiclass", MANY, True, True), ("multilabel", MANY, True, False)],
)
def test_labels_have_numbers_of_their_own_where_there_are_photos_enough(
    kind: str, count: int, each: bool, led: bool
) -> None:
    card = calibrate(replace(CARD, kind=kind, bias=(9.0,), lead={"slope": 9.0}), _outputs(count, labels=3))
    assert (len(card.bias), bool(card.lead)) == (3 * each, led)


def test_photos_are_judged_by_numbers_that_saw_none_of_their_group(monkeypatch: pytest.MonkeyPatch) -> None:
    outputs = _outputs(60, groups=12)
    fit, seen = fitted_on_val._fitted, []

    def watched(card: ModelCard, logits: Any, *others: Any) -> ModelCard:
        seen.append(
            {group for group, row in zip(outputs.groups, outputs.logits, strict=True) if (logits == row).all(1).any()}
        )
        return fit(card, logits, *others)

    monkeypatch.setattr(fitted_on_val, "_fitted", watched)
    figures = crossfitted(SKIN, outputs)
    left_out = [set(outputs.groups) - fold for fold in seen]
    assert len(left_out) == 5 and sorted(group for fold in left_out for group in fold) == sorted(set(outputs.groups))
    assert 0 < figures["ece_crossfitted"] < 0.3 and 0.7 < figures["coverage90_crossfitted"] <= 1
