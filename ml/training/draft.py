"""The network of a finished run as it will be served, with a card that promises nothing yet."""

from __future__ import annotations

import random
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.cards import ModelCard
from ml.inference import Diagnoser
from ml.network import loaded_net
from ml.runtime.base import Floats
from ml.runtime.choose import READING, READING_BIAS, head_of
from ml.runtime.cpu import OnnxRuntime
from ml.runtime.export import export_network
from ml.training.augment import in_haste
from ml.training.context import fit_rows
from ml.training.data import Pack
from ml.training.evaluate import passes
from ml.training.experiment import Experiment
from ml.training.provenance import LIMITS, SOURCES, TEACHERS
from ml.training.reading import fit_reading
from ml.training.weights import read_weights

Tensors = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class Draft:
    """What is served, and the files it is served from."""

    diagnoser: Diagnoser
    tensors: Tensors  # by name, floats in half precision
    exported: tuple[bytes, bytes]  # as ``ml.runtime.export`` writes them


def drafted(experiment: Experiment, weights: Path, version: str, *, training: Pack, validation: Pack) -> Draft:
    """The run's network, with a reading fitted to the ``training`` photos where the experiment asks for one.

    Args:
        weights: A safetensors file of the network.
    """
    tensors = {name: halved(tensor.numpy()) for name, tensor in read_weights(weights).items()}
    draft = _served(_card(experiment, version, training, validation), tensors)
    if not experiment.reading:
        return draft
    reading = _reading(draft.diagnoser, training, validation, experiment.reading)
    return _served(draft.diagnoser.card, tensors | reading)


def halved(tensor: NDArray[Any]) -> NDArray[Any]:
    """The tensor as a release keeps it: float32 becomes float16, anything else stays."""
    return tensor.astype(np.float16) if tensor.dtype == np.float32 else tensor


def learnt(diagnoser: Diagnoser, pack: Pack) -> Floats:
    """Statistics of a pack's photos as they are, then of the same as taken in haste, (2 N, D)."""
    random.seed(0)  # a release made again is the same
    kinds = (None, in_haste)
    return np.concatenate([seen.statistics for how in kinds for seen in passes(diagnoser, pack, change=how)])


def _served(card: ModelCard, tensors: Tensors) -> Draft:
    exported = export_network(loaded_net(card, _widened(tensors)), card)
    return Draft(Diagnoser(card, OnnxRuntime(exported, head_of(tensors, len(card.labels)))), tensors, exported)


def _widened(tensors: Tensors) -> Tensors:
    """The tensors as serving will load them, rounding to half precision included."""
    return {name: t.astype(np.float32) if t.dtype == np.float16 else t for name, t in tensors.items()}


def _card(experiment: Experiment, version: str, training: Pack, validation: Pack) -> ModelCard:
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


def _reading(diagnoser: Diagnoser, training: Pack, validation: Pack, share: float) -> Tensors:
    """The tensors of a reading that was fitted to the training photos, each as it is and as taken in haste."""
    targets = np.tile(training.targets(diagnoser.card.labels).numpy(), (2, 1))
    known = [(one.logits, one.statistics) for one in passes(diagnoser, validation)]
    logits, statistics = (np.concatenate(column) for column in zip(*known, strict=True))
    seen = learnt(diagnoser, training)
    weight, bias = fit_reading(seen, targets, diagnoser.card.kind, (logits, statistics), share)
    return {READING: halved(weight), READING_BIAS: bias}  # as the exported network keeps them
