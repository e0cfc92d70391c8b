"""What a release makes of one lesion, in numbers: order, alerts, the set, the danger, and why it does not answer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.cards import ModelCard
from ml.conformal import narrowed
from ml.finding import Candidate
from ml.quality import Quality
from ml.runtime.base import Floats


@dataclass(frozen=True)
class Judgement:
    """The answer, before its heat maps are put to the test."""

    card: ModelCard
    probability: Floats  # calibrated, (K,)
    order: list[int]  # of the labels, most probable first
    alike: NDArray[np.int64]  # of the nearest confirmed cases, how many carry each label, (K,)
    in_scope: bool
    instead: str  # the other task that the pictures surely show, or ""
    reason: str  # why the model does not answer, or ""

    @property
    def ahead(self) -> float:
        """First minus second probability."""
        return float(self.probability[self.order[0]] - self.probability[self.order[1]])

    def candidates(self) -> tuple[Candidate, ...]:
        """All labels, most probable first."""
        return tuple(Candidate(self.card.labels[k], round(float(self.probability[k]), 6)) for k in self.order)

    def alerts(self) -> tuple[str, ...]:
        """The labels at or above their operating point; none where the photos do not let the model judge."""
        if self.reason not in ("", "uncertain"):
            return ()
        points = self.card.operating_points.items()
        return tuple(label for label, least in points if self.probability[self.card.labels.index(label)] >= least)

    def prediction_set(self) -> tuple[str, ...]:
        """The labels that cannot be ruled out, or nothing when they are too many or the release promises none."""
        least = self.card.conformal.get("thresholds", {})
        if not least:
            return ()
        members = narrowed(self.probability, [least[label] for label in self.card.labels])
        return tuple(self.card.labels[k] for k in members)

    def dangerous(self) -> float | None:
        """How probable the dangerous labels are together; None where the release does not say which they are."""
        labels = self.card.dangerous.get("labels")
        return round(float(sum(self.probability[self.card.labels.index(x)] for x in labels)), 6) if labels else None

    def lookalikes(self) -> tuple[tuple[str, int], ...]:
        """Labels and how many of the nearest confirmed cases carry each, most first."""
        order = (-self.alike).argsort(kind="stable")
        return tuple((self.card.labels[k], int(self.alike[k])) for k in order if self.alike[k])


def silence(card: ModelCard, qualities: list[Quality], in_scope: bool, sure: float) -> str:
    """Why the model does not answer, or "" when it does. One good photo is enough.

    Args:
        sure: As ``ml.lookalikes.sureness`` says it.
    """
    if not any(quality.judgeable for quality in qualities):
        return qualities[0].problem
    if not in_scope:
        return "out_of_scope"
    return "uncertain" if sure < card.abstain.get("below", 0) else ""
