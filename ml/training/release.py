"""From a finished run to a release: calibrate on ``val``, measure, write weights, card, plots and words."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
from safetensors.numpy import save

from ml.cards import ModelCard
from ml.inference import Diagnoser
from ml.intake import BIAS, WEIGHT
from ml.network import TRANSFORMERS
from ml.releases import WEIGHTS
from ml.runtime.choose import EXPORTED, checksum
from ml.sample import sample_picture
from ml.scope import CENTRE, WHITENING
from ml.training.calibrate import calibrate, crossfitted
from ml.training.data import Pack
from ml.training.draft import Draft, Tensors, drafted, halved, learnt
from ml.training.evaluate import Outputs, measure, passes, run, write_report
from ml.training.experiment import Experiment
from ml.training.explain import Explained, explain
from ml.training.fitting import fit_scope
from ml.training.intake import fit_intake, intake_figures, with_least
from ml.training.provenance import INTAKE
from ml.training.readme import words
from ml.training.shelving import filling, free_place, write_card

SCOPE_PHOTOS = 3000  # more do not move a mean and a covariance
REFUSED = 0.002  # share of real lesion photos that the distance may refuse: what little may be, the intake refuses


def release(
    experiment: Experiment,
    weights: Path,
    version: str,
    *,
    training: Pack,
    validation: Pack,
    others: Pack | None = None,
    masks: Pack | None = None,
    registry: Path,
) -> ModelCard:
    """Write ``registry/<task>/<version>/``; nothing is left there unless everything succeeded.

    Args:
        weights: The run's, a safetensors file.
        others: Photos named after what they show (``ml.training.intake``); without, the release lets all of them in.
        masks: Photos with lesion outlines, for the heat map's pointing figure; None leaves it out.

    Raises:
        FileExistsError: that version is released already; a release never changes.
        ValueError: a version with letters, or the run's network cannot be explained by the pass that answers.
    """
    home = free_place(registry, experiment.task, version)
    _check(experiment)
    draft = drafted(experiment, weights, version, training=training, validation=validation)
    seen, outputs = _seen(draft.diagnoser, training), run(draft.diagnoser, validation)
    card, more = _measured(draft.diagnoser.card, seen, outputs)
    if others is not None:
        card, intake = _with_intake(card, draft.diagnoser, others)
        more |= intake
    explained = explain(Diagnoser(card, draft.diagnoser.runtime), seen, outputs, validation, masks)
    # safetensors writes memory as it lies: an array that is a view of another would come back shuffled
    blob = save({name: np.ascontiguousarray(tensor) for name, tensor in (draft.tensors | more).items()})
    card = _sealed(explained.card, draft, blob)
    _write(card, {WEIGHTS: blob} | dict(zip(EXPORTED, draft.exported, strict=True)), outputs, home, explained)
    return card


def _check(experiment: Experiment) -> None:
    """Raises ValueError where the pass that answers cannot show where the evidence lies."""
    if experiment.pooling != "avg":
        raise ValueError(f"{experiment.pooling} pooling hides where the evidence lies; only avg can be released")
    if experiment.reading and experiment.image_size % 32:
        raise ValueError("a reading has its place on the map only where image_size is a multiple of 32")
    if experiment.backbone in TRANSFORMERS:
        raise ValueError(f"{experiment.backbone} has no feature map to show; let it teach a network that has one")


def _seen(diagnoser: Diagnoser, training: Pack) -> Outputs:
    """What the network says of some photos it learned from: for the scope, and as look-alikes."""
    some = training.table.sample(min(SCOPE_PHOTOS, len(training.table)), random_state=0)
    return run(diagnoser, Pack(some.reset_index(drop=True), training.images))


def _measured(card: ModelCard, seen: Outputs, outputs: Outputs) -> tuple[ModelCard, Tensors]:
    """The card, calibrated and measured on ``val``, and the tensors of its scope."""
    scope = fit_scope(seen.features, seen.targets)
    limit = float(np.quantile(scope.distance(outputs.features), 1 - REFUSED))
    card = replace(calibrate(card, outputs), scope={"above": round(limit, 4)})
    figures = measure(card, outputs, "val") | {"crossfitted": crossfitted(card, outputs)}
    return replace(card, measured=figures), {CENTRE: halved(scope.centre), WHITENING: scope.whitening}


def _with_intake(card: ModelCard, diagnoser: Diagnoser, others: Pack) -> tuple[ModelCard, Tensors]:
    """The card with the task's intake, learnt from the ``train`` rows of ``others`` and measured on their ``val`` rows.

    With its tensors.
    """
    learns, held_out = others.part("train"), others.part("val")
    named, known_as = (pack.table["label"].to_numpy(str) for pack in (learns, held_out))
    intake = fit_intake(card.task, learnt(diagnoser, learns), np.tile(named, 2))
    known = np.concatenate([seen.statistics for seen in passes(diagnoser, held_out)])
    intake = with_least(intake, known, known_as)
    figures = card.measured["metrics"] | intake_figures(intake, known, known_as)
    card = replace(
        card,
        intake={"labels": list(intake.labels), "least": intake.least},
        data=[*card.data, INTAKE],
        measured=card.measured | {"metrics": figures},
    )
    return card, {WEIGHT: intake.weight, BIAS: intake.bias}


def _sealed(card: ModelCard, draft: Draft, blob: bytes) -> ModelCard:
    """The card with the checksums of its files, and what the release says of the sample picture."""
    answer = Diagnoser(card, draft.diagnoser.runtime).diagnose(sample_picture())
    return replace(
        card,
        weights_sha256=hashlib.sha256(blob).hexdigest(),
        runtime_sha256=checksum(draft.exported),
        sample={candidate.label: candidate.probability for candidate in answer.candidates},
    )


def _write(card: ModelCard, files: dict[str, bytes], outputs: Outputs, home: Path, explained: Explained) -> None:
    with filling(home, files) as unfinished:
        write_card(card, words(card), unfinished)
        write_report(card, outputs, card.measured, unfinished / "plots")
        (unfinished / "plots" / "measured.json").unlink()  # the card says it
        explained.write(unfinished)
