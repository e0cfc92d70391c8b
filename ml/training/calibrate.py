"""Everything a card promises about its numbers, fitted on ``val``: calibration, sets, abstention, operating points."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import GroupKFold

from ml.calibration import posterior
from ml.cards import ModelCard
from ml.conformal import fit_thresholds, set_members
from ml.training.evaluate import Outputs
from ml.training.figures import MELANOMA
from ml.training.fitting import abstain_below, fit_lead, fit_scaling, fit_temperature, operating_point
from ml.training.metrics import expected_calibration_error, places

Floats = NDArray[np.floating]
RECALL = 0.92  # of melanoma, and of the dangerous labels together, wanted on val; its price stands in the card
ALPHA = 0.1  # the share of photos whose set may miss the truth
MANY = 500  # val photos from which numbers of each label's own are worth fitting
FOLDS = 5
DANGEROUS = {"human_skin": ("mel", "bcc", "akiec", "scc")}  # malignant, or on the way to it


def calibrate(card: ModelCard, outputs: Outputs) -> ModelCard:
    """The card with its numbers fitted to these held-out outputs."""
    card = _fitted(card, outputs.logits, outputs.targets, outputs.known)
    probability = posterior(outputs.logits, card, outputs.known)
    top = probability.argmax(1)
    correct = outputs.targets[np.arange(len(top)), top] > 0
    card = replace(card, abstain={"below": round(abstain_below(probability.max(1), correct), 4)})
    return _with_operating_points(card, probability, outputs.targets > 0)


def crossfitted(card: ModelCard, outputs: Outputs) -> dict[str, float]:
    """ECE and coverage when each fifth of the photos, whole groups, is judged by numbers fitted to the others.

    What the same figures would be on photos that calibration has not seen.
    """
    groups = outputs.groups or tuple(str(row) for row in range(len(outputs.targets)))
    probability = np.zeros_like(outputs.targets)
    inside = np.zeros(outputs.targets.shape, bool)
    for rest, part in GroupKFold(FOLDS).split(outputs.logits, groups=groups):
        fitted = _fitted(card, outputs.logits[rest], outputs.targets[rest], outputs.known[rest])
        probability[part] = posterior(outputs.logits[part], fitted, outputs.known[part])
        inside[part] = set_members(probability[part], _thresholds(fitted))
    return {
        "ece_crossfitted": expected_calibration_error(probability, outputs.targets),
        "coverage90_crossfitted": float(inside[outputs.targets > 0].mean()),
    }


def _thresholds(card: ModelCard) -> list[float]:
    return [card.conformal["thresholds"][label] for label in card.labels]


def _fitted(card: ModelCard, logits: Floats, targets: Floats, known: Floats) -> ModelCard:
    """Temperature and thresholds; with many photos also a bias per label and, for one answer in many, the lead."""
    if len(targets) < MANY:
        card = replace(card, temperature=round(fit_temperature(logits, targets, card.kind), 4), bias=(), lead={})
    else:
        temperature, bias = fit_scaling(logits, targets, card.kind, known)
        card = replace(card, temperature=round(temperature, 4), bias=tuple(round(b, 4) for b in bias), lead={})
        if card.kind == "multiclass":
            leaders = (logits / card.temperature + known).argmax(1)
            card = replace(card, lead=fit_lead(posterior(logits, card, known), leaders, targets))
    least = fit_thresholds(posterior(logits, card, known), targets, alpha=ALPHA)
    named = {label: max(0.0, round(t - 5e-6, 5)) for label, t in zip(card.labels, least, strict=True)}
    return replace(card, conformal={"alpha": ALPHA, "thresholds": named})


def _with_operating_points(card: ModelCard, probability: Floats, holds: NDArray[np.bool_]) -> ModelCard:
    """Melanoma's alert, and the dangerous-or-not read-out with what it catches and what it costs."""
    if MELANOMA in card.labels:
        k = card.labels.index(MELANOMA)
        point = operating_point(probability[:, k], holds[:, k], recall=RECALL)
        card = replace(card, operating_points={MELANOMA: round(point - 5e-5, 4)})
    if labels := DANGEROUS.get(card.task):
        columns = places(card.labels, labels)
        danger = np.asarray(probability[:, columns].sum(1))
        truth = np.asarray(holds[:, columns].any(1))
        point = round(operating_point(danger, truth, recall=RECALL) - 5e-5, 4)
        said = danger >= point
        card = replace(
            card,
            dangerous={
                "labels": list(labels),
                "threshold": point,
                "recall": round(float(said[truth].mean()), 4),
                "precision": round(float(truth[said].mean()), 4),
            },
        )
    return card
