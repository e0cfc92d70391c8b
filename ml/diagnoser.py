"""A released model that answers: sees the pictures, judges them, and doubts what it said."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ml.beside import beside
from ml.calibration import posterior
from ml.cards import ModelCard
from ml.context import evidence, facts
from ml.doubts import Doubts, Seen, doubts, picture_of
from ml.errors import UnknownTask
from ml.finding import Finding
from ml.gradcam import grad_cam
from ml.intake import Intake, intake_from
from ml.judgement import Judgement, silence
from ml.lookalikes import Lookalikes, lookalikes_of, sureness
from ml.preprocess import reduced, to_input
from ml.quality import Quality, assess, telling
from ml.releases import REGISTRY, load_weights, model_card
from ml.runtime.base import Floats, Pass, Runtime
from ml.runtime.choose import runtime_for
from ml.scope import Scope, scope_from
from ml.views import see


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
        scope, intake = scope_from(tensors), intake_from(card, tensors)
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
        look = self._look(pictures)
        known = evidence(self.card.context, facts(age, sex, site), len(self.card.labels))
        judged = self._judge(look, known)
        doubt, heatmaps = self._doubt(look, known, judged)
        return Finding(
            task=self.card.task,
            version=self.card.version,
            candidates=judged.candidates(),
            abstained=bool(judged.reason),
            reason=judged.reason,
            in_scope=judged.in_scope,
            alerts=judged.alerts(),
            quality=tuple(quality.figures() for quality in look.qualities),
            heatmaps=heatmaps,
            prediction_set=judged.prediction_set(),
            dangerous=judged.dangerous(),
            faithful=doubt.faithful,
            steady=doubt.steady,
            hints=doubt.hints + (("wrong_site",) if judged.instead else ()),
            lookalikes=judged.lookalikes(),
            ms=round((time.perf_counter() - start) * 1000, 1),
        )

    def _look(self, pictures: tuple[Image.Image, ...]) -> _Look:
        """Show the pictures to the network, and measure them meanwhile."""
        card = self.card
        inputs = np.stack([to_input(p, size=card.image_size, mean=card.mean, std=card.std) for p in pictures])
        seeing = beside(partial(see, self.runtime, inputs, card.views))
        qualities = [assess(reduced(picture)) for picture in pictures]
        told = telling(qualities)
        return _Look(qualities, told, inputs[told], Pass(*(part[told] for part in seeing())))

    def _judge(self, look: _Look, known: Floats) -> Judgement:
        features = look.seen.maps.mean((2, 3))
        probability = posterior(look.seen.logits.mean(0, keepdims=True), self.card, known)[0]  # (K,)
        order = [int(k) for k in (-probability).argsort(kind="stable")]
        alike = self._alike(features)
        belongs, instead = self._belongs(look.seen.statistics)
        in_scope = belongs and self._in_scope(features)
        sure = sureness(self.card, float(probability.max()), alike, order[0])
        reason = silence(self.card, look.qualities, in_scope, sure)
        return Judgement(self.card, probability, order, alike, in_scope, instead, reason)

    def _doubt(self, look: _Look, known: Floats, judged: Judgement) -> tuple[Doubts, tuple[Image.Image | None, ...]]:
        """What speaks against the judgement, and the heat map of each picture that may be shown."""
        first = judged.order[0]
        heatmaps = [grad_cam(maps, self.runtime.head, first) for maps in look.seen.maps]
        choose = partial(_first, self.card, known)
        seen = Seen(look.inputs, look.seen, heatmaps, first, judged.ahead)
        doubt = doubts(self.card, self.runtime, seen, choose, look.qualities, judged.reason)
        shown = {n: picture_of(one, show) for n, one, show in zip(look.told, heatmaps, doubt.shown, strict=True)}
        return doubt, tuple(shown.get(number) for number in range(len(look.qualities)))

    def _alike(self, features: Floats) -> NDArray[np.int64]:
        """How many of the nearest confirmed cases carry each label, (K,); zeros where the release knows no cases."""
        if self.lookalikes is None:
            return np.zeros(len(self.card.labels), np.int64)
        return self.lookalikes.counts(features.mean(0, keepdims=True))[0]

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


class _Look(NamedTuple):
    """What was seen of the pictures of one lesion."""

    qualities: list[Quality]  # of every picture
    told: list[int]  # the numbers of those that have a say
    inputs: Floats  # of these, (N, 3, S, S)
    seen: Pass  # of these


def _first(card: ModelCard, known: Floats, logits: Floats) -> NDArray[np.intp]:
    """The first candidate, (N,), by logits, (N, K)."""
    return posterior(logits, card, known).argmax(1)
