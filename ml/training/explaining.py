"""``python -m ml explain``: give an existing release its explanation figures, checks and look-alikes; no training."""

from __future__ import annotations

from pathlib import Path

from ml.cards import ModelCard
from ml.inference import Diagnoser
from ml.training.data import Pack, keep_labels, read_pack
from ml.training.evaluate import run
from ml.training.explain import explain
from ml.training.masks import read_masks
from ml.training.neighbours import CASES
from ml.training.readme import words
from ml.training.shelving import write_card


def explain_release(
    task: str,
    data: Path,
    images: tuple[Path, ...],
    *,
    masks: Path | None,
    registry: Path,
    version: str | None,
) -> ModelCard:
    """Add to a release, the newest by default, what ``ml.training.explain`` says of it; its weights stay as they are.

    Raises:
        ValueError: a split is empty.
    """
    diagnoser = Diagnoser.load(task, version, registry=registry)
    pack = keep_labels(read_pack(data, images, task=task), diagnoser.card.labels)
    training, validation = pack.halves()
    some = Pack(training.table.sample(min(CASES, len(training.table)), random_state=0), training.images)
    outlines = read_masks(masks) if masks else None
    explained = explain(diagnoser, run(diagnoser, some), run(diagnoser, validation), validation, outlines)
    home = registry / task / diagnoser.card.version
    explained.write(home)
    write_card(explained.card, words(explained.card), home)
    return explained.card
