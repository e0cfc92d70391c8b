"""What a release can say for its answers: figures of its maps, limits of its second look, its look-alikes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.calibration import posterior
from ml.cards import ModelCard
from ml.doubts import off_centre
from ml.gradcam import grad_cam
from ml.inference import Diagnoser
from ml.lookalikes import FILE, Lookalikes
from ml.preprocess import Floats as Inputs
from ml.preprocess import to_input
from ml.secondlook import SecondLook, look_again
from ml.training.data import Pack
from ml.training.evaluate import Outputs
from ml.training.faithfulness import STEPS, insertion_and_deletion, pointing
from ml.training.masks import pairs
from ml.training.metrics import Floats, hits
from ml.training.neighbours import choose_weight, gather, votes
from ml.training.plots import explanation

LOOKED_AT, CURVES, OUTLINED = 250, 60, 150  # photos; each stands for four, nineteen and one forward passes
OFF_CENTRE = 0.97  # quantile on val of how far a map's evidence lies from the middle
OFTEN = 0.15  # share of val photos; where one flip of two is commoner than that, only two of two count


@dataclass(frozen=True)
class Explained:
    """What ``explain`` adds to a release."""

    card: ModelCard
    files: dict[str, bytes]  # by name, to lie beside the weights
    curves: Floats  # mean insertion and deletion, (2, len(STEPS))

    def write(self, home: Path) -> None:
        """Put files and plot into a release's folder; the card is the release's to write."""
        for name, blob in self.files.items():
            (home / name).write_bytes(blob)
        (home / "plots").mkdir(exist_ok=True)
        explanation(np.asarray(STEPS), self.curves, home / "plots" / "explanation.png")


def explain(
    diagnoser: Diagnoser, training: Outputs, outputs: Outputs, validation: Pack, masks: Pack | None = None
) -> Explained:
    """Measure how far the explanations of a calibrated model hold, and fit what serving checks them with.

    Args:
        training: What the network said of training photos; they become the look-alikes.
        outputs: … of ``validation``, in its order.
        masks: Photos with outlines (columns image and mask), for ``pointing``; None leaves the figure out.
    """
    card, runtime = diagnoser.card, diagnoser.runtime
    figures, curves = insertion_and_deletion(card, runtime, _some(validation, CURVES).pictures())
    if masks is not None:
        on_lesion = pointing(card, runtime, pairs(_some(masks, OUTLINED)))
        figures["pointing"] = on_lesion.pop("pointing")
    lookalikes = gather(training.features, training.targets)
    blob = lookalikes.to_bytes()
    checks = _checks(diagnoser, _some(validation, LOOKED_AT)) | (on_lesion if masks is not None else {})
    card = replace(
        card,
        measured=card.measured | {"metrics": card.measured.get("metrics", {}) | figures},
        checks=checks,
        lookalikes=_lookalikes(card, lookalikes, outputs) | {"sha256": hashlib.sha256(blob).hexdigest()},
    )
    return Explained(card, {FILE: blob}, curves)


def _lookalikes(card: ModelCard, lookalikes: Lookalikes, outputs: Outputs) -> dict[str, Any]:
    """How many cases, and whether their vote helps the abstention on ``val``."""
    probability = posterior(outputs.logits, card, outputs.known)
    answered = float((probability.max(1) >= card.abstain.get("below", 0)).mean())
    vote = votes(lookalikes, outputs.features, probability)
    right = hits(probability, outputs.targets)
    agree = {"vote_when_right": vote[right], "vote_when_wrong": vote[~right]}
    means = {name: round(float(some.mean()), 4) for name, some in agree.items() if len(some)}
    return {
        "cases": len(lookalikes.cases),
        **choose_weight(probability, outputs.targets, vote, coverage=answered),
        **means,
    }


def _checks(diagnoser: Diagnoser, validation: Pack) -> dict[str, Any]:
    """Limits of the second look, and what they would have done to the photos they were read from."""
    looks, right, offsets = _look_at_all(diagnoser, validation)
    flips, faithful = np.array([look.flips for look in looks]), np.array([look.faithful for look in looks])
    limit = 0.0 if (flips > 0).mean() <= OFTEN else 0.5
    unsteady = flips > limit
    return {
        "flips": limit,
        "off_centre": round(float(np.quantile(offsets, OFF_CENTRE)), 4),
        "photos": len(looks),
        "faithful": round(float(faithful.mean()), 4),
        "unsteady": round(float(unsteady.mean()), 4),
        **_shares({"right_when_steady": right[~unsteady], "right_when_unsteady": right[unsteady]}),
    }


def _look_at_all(diagnoser: Diagnoser, pack: Pack) -> tuple[list[SecondLook], NDArray[np.bool_], NDArray[np.float64]]:
    card, runtime = diagnoser.card, diagnoser.runtime
    mean, std = np.asarray(card.mean, np.float32), np.asarray(card.std, np.float32)
    looks: list[SecondLook] = []
    offsets, answers = [], []

    def choose(logits: Inputs) -> NDArray[np.intp]:
        best: NDArray[np.intp] = posterior(logits, card).argmax(1)
        return best

    for picture in pack.pictures():
        image = to_input(picture, size=card.image_size, mean=card.mean, std=card.std)[None]
        seen = runtime(image)
        said = choose(seen.logits)
        heatmap = grad_cam(seen.maps[0], runtime.head, int(said[0]))
        looks += look_again(runtime, image, seen.middle, [heatmap], int(said[0]), said, choose, mean=mean, std=std)
        offsets.append(off_centre(heatmap))
        answers.append(int(said[0]))
    targets = pack.targets(card.labels).numpy()
    return looks, targets[np.arange(len(answers)), answers] > 0, np.array(offsets)


def _shares(parts: dict[str, NDArray[np.bool_]]) -> dict[str, float]:
    return {name: round(float(some.mean()), 4) for name, some in parts.items() if len(some)}


def _some(pack: Pack, count: int) -> Pack:
    """Up to ``count`` rows, the same on every run."""
    return Pack(pack.table.sample(min(count, len(pack.table)), random_state=0).reset_index(drop=True), pack.images)
