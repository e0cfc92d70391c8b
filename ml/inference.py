"""The door of the workshop: a photo's bytes in, an explained and calibrated finding out."""

from __future__ import annotations

from ml.beside import beside
from ml.cards import ModelCard
from ml.compare import Comparison, NotComparable, side_by_side
from ml.diagnoser import Diagnoser
from ml.errors import CorruptModel, MlError, UnknownTask, UnreadablePhoto
from ml.finding import Candidate, Finding
from ml.photo import read_photo
from ml.releases import REGISTRY, model_card, released_models, released_tasks, versions
from ml.runtime.memory import few_heaps, give_back
from ml.sandbox import forget_photos, read_photo_apart, warm_up
from ml.segmentation.outline import Outline, outline, outliner

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
