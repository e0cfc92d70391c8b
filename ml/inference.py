"""The door of the workshop: a photo's bytes in, an explained and calibrated finding out."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ml.beside import beside
from ml.calibration import posterior
from ml.cards import ModelCard
from ml.compare import Comparison, NotComparable, side_by_side
from ml.conformal import narrowed
from ml.context import evidence, facts
from ml.doubts import Seen, doubts, picture_of
from ml.errors import CorruptModel, MlError, UnknownTask, UnreadablePhoto
from ml.finding import Candidate, Finding
from ml.gradcam import grad_cam
from ml.intake import Intake, intake_from
from ml.lookalikes import Lookalikes, lookalikes_of, sureness
from ml.photo import read_photo
from ml.preprocess import reduced, to_input
from ml.quality import Quality, assess
from ml.releases import REGISTRY, load_weights, model_card, released_models, released_tasks, versions
from ml.runtime.base import Floats, Pass, Runtime
from ml.runtime.choose import runtime_for
from ml.runtime.memory import few_heaps, give_back
from ml.sandbox import forget_photos, read_photo_apart, warm_up
from ml.scope import Scope
from ml.segmentation.outline import Outline, outline, outliner
from ml.views import see

__all__ = [
    "REGISTRY",
    "Candidate",
    "Comparison",
    "CorruptModel",
    "Diagnoser",
    "Finding",
    "MlError",
    "ModelCard",
    "NotComparable",
    "Outline",
    "UnknownTask",
    "UnreadablePhoto",
    "beside",
    "few_heaps",
    "forget_photos",
    "give_back",
    "model_card",
    "outline",
    "outliner",
    "read_photo",
    "read_photo_apart",
    "released_models",
    "released_tasks",
    "side_by_side",
    "versions",
    "warm_up",
]


class Diagnoser:
    """A released model, loaded and ready; safe to share between threads."""

    def __init__(
        self,
        card: ModelCard,
        runtime: Runtime,
        scope: Scope | None = None,
        lookalikes: Lookalikes | None = None,
        intake: Intake | None = None,
    ) -> None:
        self.card, self.runtime, self.scope, self.lookalikes, self.intake = card, runtime, scope, lookalikes, intake

    @classmethod
    def load(cls, task: str, version: str | None = None, *, registry: Path = REGISTRY) -> Diagnoser:
        """Load a release, the newest by default.

        Raises:
            UnknownTask: nothing is released under that name.
            CorruptModel: the card or the weights are not what they should be.
        """
        card = model_card(task, version, registry)
        if card.kind == "segmentation":
            raise UnknownTask(f"{task} draws outlines and names nothing: python -m ml segment")
        tensors = load_weights(card, registry)
        scope, intake = _scope_from(tensors), intake_from(card, tensors)
        home = registry / card.task / card.version
        runtime = runtime_for(card, tensors, home)
        return cls(card, runtime, scope, lookalikes_of(card, home), intake)

    def diagnose(
        self, *pictures: Image.Image, age: float | None = None, sex: str | None = None, site: str | None = None
    ) -> Finding:
        """Judge one to three upright RGB pictures of one lesion: one forward pass, logits averaged.

        A picture that shows nothing has no say beside one that does, and no heat map.

        Args:
            age: Years. sex: "female" or "male". site: A place of ``ml.context``. They speak where the card has counts.

        Raises:
            ValueError: no picture, or more than three.
        """
        if not 1 <= len(pictures) <= 3:
            raise ValueError(f"one to three pictures of one lesion, not {len(pictures)}")
        start = time.perf_counter()
        inputs = self._inputs(pictures)
        seeing = beside(partial(see, self.runtime, inputs, self.card.views))
        qualities = [assess(reduced(picture)) for picture in pictures]
        told = _telling(qualities)
        inputs, seen = inputs[told], Pass(*(part[told] for part in seeing()))
        features = seen.maps.mean((2, 3))
        known = evidence(self.card.context, facts(age, sex, site), len(self.card.labels))
        probability = posterior(seen.logits.mean(0, keepdims=True), self.card, known)[0]  # (K,)
        belongs, instead = self._belongs(seen.statistics)
        in_scope = belongs and self._in_scope(features)
        order = [int(k) for k in (-probability).argsort(kind="stable")]
        alike = self._alike(features)
        reason = self._reason(qualities, in_scope, sureness(self.card, float(probability.max()), alike, order[0]))
        heatmaps = [grad_cam(m, self.runtime.head, order[0]) for m in seen.maps]
        choose = lambda some: posterior(some, self.card, known).argmax(1)  # noqa: E731
        ahead = float(probability[order[0]] - probability[order[1]])
        doubt = doubts(
            self.card, self.runtime, Seen(inputs, seen, heatmaps, order[0], ahead), choose, qualities, reason
        )
        shown = {n: picture_of(one, show) for n, one, show in zip(told, heatmaps, doubt.shown, strict=True)}
        return Finding(
            task=self.card.task,
            version=self.card.version,
            candidates=tuple(Candidate(self.card.labels[k], round(float(probability[k]), 6)) for k in order),
            abstained=bool(reason),
            reason=reason,
            in_scope=in_scope,
            alerts=self._alerts(probability) if reason in ("", "uncertain") else (),
            quality=tuple(quality.figures() for quality in qualities),
            heatmaps=tuple(shown.get(number) for number in range(len(pictures))),
            prediction_set=self._set(probability),
            dangerous=self._dangerous(probability),
            faithful=doubt.faithful,
            steady=doubt.steady,
            hints=doubt.hints + (("wrong_site",) if instead else ()),
            lookalikes=self._named(alike),
            ms=round((time.perf_counter() - start) * 1000, 1),
        )

    def _inputs(self, pictures: tuple[Image.Image, ...]) -> Floats:
        card = self.card
        return np.stack([to_input(p, size=card.image_size, mean=card.mean, std=card.std) for p in pictures])

    def _alike(self, features: Floats) -> NDArray[np.int64]:
        """How many of the nearest confirmed cases carry each label, (K,); zeros where the release knows no cases."""
        if self.lookalikes is None:
            return np.zeros(len(self.card.labels), np.int64)
        return self.lookalikes.counts(features.mean(0, keepdims=True))[0]

    def _named(self, alike: NDArray[np.int64]) -> tuple[tuple[str, int], ...]:
        order = (-alike).argsort(kind="stable")
        return tuple((self.card.labels[k], int(alike[k])) for k in order if alike[k])

    def _belongs(self, statistics: Floats) -> tuple[bool, str]:
        """Whether the intake lets the pictures in, and the other task that it surely sees in them, if any."""
        if self.intake is None:
            return True, ""
        shares = self.intake.shares(statistics)
        return self.intake.belongs(shares), self.intake.instead(shares)

    def _in_scope(self, features: Floats) -> bool:
        """True unless every picture lies further from the training photos than the card allows."""
        if self.scope is None or "above" not in self.card.scope:
            return True
        return bool((self.scope.distance(features) <= self.card.scope["above"]).any())

    def _reason(self, qualities: list[Quality], in_scope: bool, sure: float) -> str:
        """Why the model does not answer, or "" when it does. One good photo is enough."""
        if not any(quality.judgeable for quality in qualities):
            return qualities[0].problem
        if not in_scope:
            return "out_of_scope"
        return "uncertain" if sure < self.card.abstain.get("below", 0) else ""

    def _alerts(self, probability: Floats) -> tuple[str, ...]:
        points = self.card.operating_points.items()
        return tuple(label for label, least in points if probability[self.card.labels.index(label)] >= least)

    def _set(self, probability: Floats) -> tuple[str, ...]:
        """The labels that cannot be ruled out, or nothing when they are too many or the release promises none."""
        least = self.card.conformal.get("thresholds", {})
        if not least:
            return ()
        members = narrowed(probability, [least[label] for label in self.card.labels])
        return tuple(self.card.labels[k] for k in members)

    def _dangerous(self, probability: Floats) -> float | None:
        labels = self.card.dangerous.get("labels")
        return round(float(sum(probability[self.card.labels.index(x)] for x in labels)), 6) if labels else None


def _telling(qualities: list[Quality]) -> list[int]:
    """Numbers of the pictures that speak: those that can be judged, or all where none can."""
    good = [number for number, quality in enumerate(qualities) if quality.judgeable]
    return good or list(range(len(qualities)))


def _scope_from(tensors: dict[str, NDArray[np.generic]]) -> Scope | None:
    """Take the scope's tensors, if the release has them, out of the network's."""
    parts = {
        name: tensors.pop(name).astype(np.float32) for name in ("scope.centre", "scope.whitening") if name in tensors
    }
    return Scope(parts["scope.centre"], parts["scope.whitening"]) if len(parts) == 2 else None
