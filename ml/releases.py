"""The shelf of released models: ``<task>/<version>/`` with a card, checksummed weights and words."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load as load_tensors

from ml.cards import ModelCard, read_card
from ml.errors import CorruptModel, UnknownTask

REGISTRY = Path(__file__).parent / "registry"
HELPERS = ("lesion_outline",)  # stand beside the tasks; they name no disease
WEIGHTS = "weights.safetensors"
CARD = "card.json"


def released_tasks(registry: Path = REGISTRY) -> list[str]:
    """Names of the tasks that a released model can answer, sorted."""
    return [name for name in released_models(registry) if name not in HELPERS]


def released_models(registry: Path = REGISTRY) -> list[str]:
    """Names of everything with at least one release, helpers included, sorted."""
    return sorted({card.parent.parent.name for card in registry.glob(f"*/*/{CARD}")})


def versions(task: str, registry: Path = REGISTRY) -> list[str]:
    """Released versions of a task, newest first."""
    return sorted((card.parent.name for card in (registry / task).glob(f"*/{CARD}")), key=_order, reverse=True)


def model_card(task: str, version: str | None = None, registry: Path = REGISTRY) -> ModelCard:
    """The card of one release, the newest by default.

    Raises:
        UnknownTask: nothing is released under that name.
        CorruptModel: the card cannot be read.
    """
    known = versions(task, registry)
    if not known or (version is not None and version not in known):
        raise UnknownTask(f"no released model for {task}" + (f" {version}" if version else ""))
    return read_card(registry / task / (version or known[0]) / CARD)


def load_weights(card: ModelCard, registry: Path = REGISTRY) -> dict[str, NDArray[np.generic]]:
    """A release's tensors as float32, after their checksum was compared with the card's.

    Raises:
        CorruptModel: the file is missing, or is not the one the card was written for.
    """
    try:
        blob = (registry / card.task / card.version / WEIGHTS).read_bytes()
    except OSError as error:
        raise CorruptModel(f"the weights of {card.task} {card.version} are missing") from error
    if hashlib.sha256(blob).hexdigest() != card.weights_sha256:
        raise CorruptModel(f"the weights of {card.task} {card.version} are not those of its card")
    tensors = load_tensors(blob)
    return {name: t.astype(np.float32) if t.dtype == np.float16 else t for name, t in tensors.items()}


def _order(version: str) -> tuple[int, ...]:
    """``2026.11.2`` comes before ``2026.11.10``; anything that is no number counts as 0."""
    return tuple(int(part) if part.isdigit() else 0 for part in version.split("."))
