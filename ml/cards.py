"""The model card: what a released model is, what it was trained on, what was measured, and where it fails."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ml.errors import CorruptModel


@dataclass(frozen=True)
class ModelCard:
    """One release, as ``card.json`` says it."""

    task: str
    version: str
    architecture: str  # a timm name
    labels: tuple[str, ...]
    kind: str  # "multiclass", "multilabel" or "segmentation"
    image_size: int  # pixels, square
    mean: tuple[float, ...]
    std: tuple[float, ...]
    temperature: float  # logits are divided by it
    abstain: dict[str, float]  # "below": the top probability under which the model says that it cannot tell
    weights_sha256: str
    data: list[dict[str, Any]] = field(default_factory=list)  # source, terms, images
    measured: dict[str, Any] = field(default_factory=dict)  # split, n, metrics, per_class
    limits: list[str] = field(default_factory=list)
    bias: tuple[float, ...] = ()  # added to the divided logits, label by label; () = nothing
    lead: dict[str, float] = field(default_factory=dict)  # "slope", "offset" of the first candidate: ml.calibration
    views: tuple[str, ...] = ("whole",)  # of each photo, logits averaged: "whole", "mirrored"
    conformal: dict[str, Any] = field(default_factory=dict)  # "alpha"; "thresholds": label -> least probability
    dangerous: dict[str, Any] = field(default_factory=dict)  # "labels", "threshold", "recall", "precision"
    context: dict[str, Any] = field(default_factory=dict)  # what age, sex and site say of each label: ml.context
    operating_points: dict[str, float] = field(default_factory=dict)  # label -> probability that raises an alert
    experiment: dict[str, Any] = field(default_factory=dict)  # the run's choices, word for word
    scope: dict[str, float] = field(default_factory=dict)  # "above": the feature distance that is out of scope
    intake: dict[str, Any] = field(default_factory=dict)  # "labels": what it tells apart; "least": ml.intake
    checks: dict[str, Any] = field(default_factory=dict)  # limits of the second look: ml.doubts; {} = no second look
    lookalikes: dict[str, Any] = field(default_factory=dict)  # "sha256", "cases", "weight", "below": ml.lookalikes
    sample: dict[str, float] = field(default_factory=dict)  # what it says of ml.sample's picture, label by label
    runtime_sha256: str = ""  # of the exported network beside the weights; "": there is none

    def to_json(self) -> str:
        """The card as ``card.json`` holds it, keys in the order of the fields."""
        return json.dumps(self.__dict__, ensure_ascii=False, indent=2) + "\n"


_TUPLES = ("labels", "mean", "std", "bias", "views")


def read_card(path: Path) -> ModelCard:
    """Read one ``card.json``.

    Raises:
        CorruptModel: the file is missing, is not JSON, or lacks a field.
    """
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        values: dict[str, Any] = {name: tuple(v) if name in _TUPLES else v for name, v in raw.items()}
        return ModelCard(**values)
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise CorruptModel(f"the model card {path.parent.parent.name}/{path.parent.name} cannot be read") from error
