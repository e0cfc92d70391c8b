"""The verbs of the command line: each opens the data, calls one function of training, and writes into the run."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ml.cards import ModelCard
from ml.inference import UnknownTask
from ml.training.data import MARGIN, Pack, Photos, decoded, keep_labels, read_pack
from ml.training.experiment import EXPERIMENTS, Experiment
from ml.training.loop import train
from ml.training.release import release

QUICK_PHOTOS = 1000


def train_task(
    task: str,
    data: Path,
    images: tuple[Path, ...],
    out: Path,
    *,
    changes: list[str],
    quick: bool = False,
    start: Path | None = None,
) -> Path:
    """Train ``task`` on the pack's ``train`` rows and choose on its ``val`` rows; returns the best weights' path.

    Raises:
        UnknownTask: the task has no experiment. ValueError: an option is unknown, or a split is empty.
    """
    experiment = experiment_of(task).with_options(options_of(changes) | ({"epochs": 2} if quick else {}))
    pack = keep_labels(read_pack(data, images, task=task), experiment.labels)
    parts = [pack.part("train"), pack.part("val")]
    if quick:
        parts = [Pack(part.table.head(QUICK_PHOTOS), part.images) for part in parts]
    if any(part.empty for part in parts):
        raise ValueError("the table needs rows of both splits, train and val")
    out.mkdir(parents=True, exist_ok=True)
    (out / "experiment.json").write_text(json.dumps(asdict(experiment), indent=2) + "\n")
    training, validation = (
        _photos(part, experiment, out, margin) for part, margin in zip(parts, (MARGIN, 1.0), strict=True)
    )
    return train(experiment, training, validation, out, start=start)


def release_task(
    task: str,
    data: Path,
    images: tuple[Path, ...],
    out: Path,
    *,
    version: str,
    strangers: Path | None,
    registry: Path,
) -> ModelCard:
    """Put the run in ``out`` on the shelf as ``version``; see ``ml.training.release``."""
    experiment = read_experiment(out / "experiment.json")
    pack = keep_labels(read_pack(data, images, task=task), experiment.labels)
    return release(
        experiment,
        out / "best.safetensors",
        version,
        training=pack.part("train"),
        validation=pack.part("val"),
        strangers=read_pack(strangers, task="") if strangers else None,
        registry=registry,
    )


def experiment_of(task: str) -> Experiment:
    """Raises UnknownTask with the names that exist."""
    if task not in EXPERIMENTS:
        raise UnknownTask(f"no task {task}; there are {', '.join(sorted(EXPERIMENTS))}")
    return EXPERIMENTS[task]


def read_experiment(path: Path) -> Experiment:
    """The choices a run was made with; raises FileNotFoundError when there is no run."""
    raw = json.loads(path.read_text())
    values: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in raw.items()}
    return Experiment(**values)


def _photos(part: Pack, experiment: Experiment, out: Path, margin: float) -> Photos:
    size = round(experiment.image_size * margin)
    split = part.table["split"].iloc[0]
    squares = decoded(part, size=size, cache=out / "cache" / f"{split}-{size}-{len(part.table)}.npy")
    return Photos(squares, part.targets(experiment.labels))


def options_of(changes: list[str]) -> dict[str, Any]:
    """``name=value`` pairs; a value is read as JSON where it is JSON, else as text."""
    options: dict[str, Any] = {}
    for change in changes:
        name, _, value = change.partition("=")
        try:
            options[name] = json.loads(value)
        except ValueError:
            options[name] = value
    return options
