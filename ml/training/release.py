"""From a finished run to a release: calibrate on ``val``, measure, write weights, card, plots and words."""

from __future__ import annotations

import hashlib
import random
import shutil
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file, save

from ml.cards import ModelCard
from ml.inference import Diagnoser
from ml.intake import BIAS, WEIGHT, Intake
from ml.network import TRANSFORMERS, loaded_net
from ml.releases import CARD, WEIGHTS, check_version
from ml.runtime.base import Floats
from ml.runtime.choose import EXPORTED, READING, READING_BIAS, checksum, head_of
from ml.runtime.cpu import OnnxRuntime
from ml.runtime.export import export_network
from ml.sample import sample_picture
from ml.training.augment import in_haste
from ml.training.calibrate import calibrate, crossfitted
from ml.training.context import fit_rows
from ml.training.data import Pack
from ml.training.evaluate import Outputs, measure, passes, run, write_report
from ml.training.experiment import Experiment
from ml.training.explain import Explained, explain
from ml.training.fitting import fit_scope
from ml.training.intake import fit_intake, intake_figures, with_least
from ml.training.provenance import INTAKE, LIMITS, SOURCES, TEACHERS
from ml.training.reading import fit_reading
from ml.training.readme import words

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
        others: Photos named after what they show (``ml.training.intake``); without, the release lets all of them in.
        masks: Photos with lesion outlines, for the heat map's pointing figure; None leaves it out.

    Raises:
        FileExistsError: that version is released already; a release never changes.
        ValueError: a version with letters, or the run's network cannot be explained by the pass that answers.
    """
    check_version(version)
    home = registry / experiment.task / version
    if home.exists():
        raise FileExistsError(f"{experiment.task} {version} is released already; choose a new version")
    if experiment.pooling != "avg":
        raise ValueError(f"{experiment.pooling} pooling hides where the evidence lies; only avg can be released")
    if experiment.reading and experiment.image_size % 32:
        raise ValueError("a reading has its place on the map only where image_size is a multiple of 32")
    if experiment.backbone in TRANSFORMERS:
        raise ValueError(f"{experiment.backbone} has no feature map to show; let it teach a network that has one")
    tensors = {name: _half(tensor) for name, tensor in load_file(weights).items()}
    card = _draft(experiment, version, training, validation)
    exported, draft = _served(card, tensors)
    if experiment.reading:
        tensors |= _reading(draft, training, validation, experiment.reading)
        exported, draft = _served(card, tensors)
    seen = _seen(draft, training)
    scope = fit_scope(seen.features, seen.targets)
    outputs = run(draft, validation)
    limit = float(np.quantile(scope.distance(outputs.features), 1 - REFUSED))
    card = replace(calibrate(card, outputs), scope={"above": round(limit, 4)})
    measured = measure(card, outputs, "val") | {"crossfitted": crossfitted(card, outputs)}
    extra = {"scope.centre": _half(scope.centre), "scope.whitening": scope.whitening}
    if others is not None:
        intake, figures = _intake(draft, others)
        measured["metrics"] |= figures
        card = replace(card, intake={"labels": list(intake.labels), "least": intake.least}, data=[*card.data, INTAKE])
        extra |= {WEIGHT: intake.weight, BIAS: intake.bias}
    explained = explain(Diagnoser(replace(card, measured=measured), draft.runtime), seen, outputs, validation, masks)
    card = explained.card
    # safetensors writes memory as it lies: an array that is a view of another would come back shuffled
    blob = save({name: np.ascontiguousarray(tensor) for name, tensor in (tensors | extra).items()})
    answer = Diagnoser(card, draft.runtime).diagnose(sample_picture())
    card = replace(
        card,
        weights_sha256=hashlib.sha256(blob).hexdigest(),
        runtime_sha256=checksum(exported),
        sample={candidate.label: candidate.probability for candidate in answer.candidates},
    )
    _write(card, {WEIGHTS: blob} | dict(zip(EXPORTED, exported, strict=True)), outputs, home, explained)
    return card


def _half(tensor: NDArray[Any]) -> NDArray[Any]:
    return tensor.astype(np.float16) if tensor.dtype == np.float32 else tensor


def _widened(tensors: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """The tensors as serving will load them, rounding to half precision included."""
    return {name: t.astype(np.float32) if t.dtype == np.float16 else t for name, t in tensors.items()}


def _served(card: ModelCard, tensors: dict[str, NDArray[Any]]) -> tuple[tuple[bytes, bytes], Diagnoser]:
    """The exported network of these tensors, and what answers with it."""
    exported = export_network(loaded_net(card, _widened(tensors)), card)
    return exported, Diagnoser(card, OnnxRuntime(exported, head_of(tensors, len(card.labels))))


def _draft(experiment: Experiment, version: str, training: Pack, validation: Pack) -> ModelCard:
    images = {"train": len(training.table), "val": len(validation.table)}
    return ModelCard(
        task=experiment.task,
        version=version,
        architecture=experiment.backbone,
        labels=experiment.labels,
        kind=experiment.kind,
        image_size=experiment.image_size,
        mean=experiment.mean,
        std=experiment.std,
        temperature=1.0,
        abstain={},
        weights_sha256="",
        data=[source | {"images": images} for source in SOURCES.get(experiment.task, [])]
        + [TEACHERS[teacher] for teacher in dict.fromkeys(experiment.teachers) if teacher in TEACHERS],
        limits=LIMITS.get(experiment.task, []),
        views=experiment.views,
        context=_context(experiment, training),
        experiment=asdict(experiment),
    )


def _context(experiment: Experiment, training: Pack) -> dict[str, Any]:
    """What age, sex and place say, where the training table knows them; their evidence counts as it stands."""
    known = {"age", "sex", "site"} & set(training.table.columns)
    return {"weight": 1.0, "rows": fit_rows(training.table, experiment.labels)} if known else {}


def _seen(draft: Diagnoser, training: Pack) -> Outputs:
    """What the network says of some photos it learned from: for the scope, and as look-alikes."""
    some = training.table.sample(min(SCOPE_PHOTOS, len(training.table)), random_state=0)
    return run(draft, Pack(some.reset_index(drop=True), training.images))


def _reading(draft: Diagnoser, training: Pack, validation: Pack, share: float) -> dict[str, NDArray[Any]]:
    """The tensors of a reading that was fitted to the training photos, each as it is and as taken in haste."""
    targets = np.tile(training.targets(draft.card.labels).numpy(), (2, 1))
    known = [(seen.logits, seen.statistics) for seen in passes(draft, validation)]
    logits, statistics = (np.concatenate(column) for column in zip(*known, strict=True))
    weight, bias = fit_reading(_learnt(draft, training), targets, draft.card.kind, (logits, statistics), share)
    return {READING: _half(weight), READING_BIAS: bias}  # as the exported network keeps them


def _learnt(draft: Diagnoser, pack: Pack) -> Floats:
    """Statistics of a pack's photos as they are, then of the same as taken in haste, (2 N, D)."""
    random.seed(0)  # a release made again is the same
    return np.concatenate([seen.statistics for how in (None, in_haste) for seen in passes(draft, pack, change=how)])


def _intake(draft: Diagnoser, others: Pack) -> tuple[Intake, dict[str, dict[str, float]]]:
    """The task's intake, learnt from the ``train`` rows of ``others``, and its figures on their ``val`` rows."""
    learns, held_out = others.part("train"), others.part("val")
    named, known_as = (pack.table["label"].to_numpy(str) for pack in (learns, held_out))
    intake = fit_intake(draft.card.task, _learnt(draft, learns), np.tile(named, 2))
    known = np.concatenate([seen.statistics for seen in passes(draft, held_out)])
    intake = with_least(intake, known, known_as)
    return intake, intake_figures(intake, known, known_as)


def _write(card: ModelCard, files: dict[str, bytes], outputs: Outputs, home: Path, explained: Explained) -> None:
    unfinished = home.with_name(f".{home.name}.part")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    for name, blob in files.items():
        (unfinished / name).write_bytes(blob)
    (unfinished / CARD).write_text(card.to_json(), encoding="utf-8")
    (unfinished / "README.md").write_text(words(card), encoding="utf-8")
    write_report(card, outputs, card.measured, unfinished / "plots")
    (unfinished / "plots" / "measured.json").unlink()  # the card says it
    explained.write(unfinished)
    unfinished.rename(home)
