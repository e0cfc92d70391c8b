"""Train, search and try learning rates: each opens the data, calls one function, and writes into the run's folder."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from ml.inference import UnknownTask
from ml.training.claim import SEARCH, claim
from ml.training.curves import curves
from ml.training.data import MARGIN, Pack, Photos, decoded, keep_labels, read_pack
from ml.training.experiment import EXPERIMENTS, Experiment
from ml.training.loop import train
from ml.training.rates import find_rate
from ml.training.space import USUAL
from ml.training.teacher import taught_by
from ml.training.tune import BEST, tune

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
    teachers: Sequence[Path] = (),
    tensorboard: bool = False,
    tuned: bool = False,
) -> Path:
    """Train ``task`` on the pack's ``train`` rows and choose on its ``val`` rows; returns the best weights' path.

    Args:
        quick: 1,000 photos and two epochs, to see whether it works at all.
        start: Weights of an earlier run to begin with.
        teachers: Folders of finished runs or releases to learn from as well.
        tuned: Begin with the choices that a search left in ``out``; ``changes`` overrule them.

    Raises:
        UnknownTask: the task has no experiment. ValueError: an option is unknown, a split is empty, or ``out`` holds
            another run.
        LookupError: TensorBoard is wanted and not installed.
    """
    found = json.loads((out / BEST).read_text()) if tuned else {}
    experiment = experiment_of(task).with_options(found | options_of(changes) | ({"epochs": 2} if quick else {}))
    experiment = replace(experiment, teachers=taught_by(teachers))
    parts = _parts(experiment, data, images, quick=quick)
    claim(out, experiment, _rows(parts))
    photos = _decoded(experiment, parts, out)
    with curves(out) if tensorboard else nullcontext() as watch:
        return train(experiment, *photos, out, start=start, teachers=teachers, watch=watch)


def open_task(experiment: Experiment, data: Path, images: tuple[Path, ...], out: Path) -> tuple[Photos, Photos]:
    """The decoded ``train`` and ``val`` photos of an experiment, kept in ``out/cache``.

    Raises:
        ValueError: a split is empty.
    """
    return _decoded(experiment, _parts(experiment, data, images, quick=False), out)


def _parts(experiment: Experiment, data: Path, images: tuple[Path, ...], *, quick: bool) -> tuple[Pack, Pack]:
    pack = keep_labels(read_pack(data, images, task=experiment.task), experiment.labels)
    training, validation = pack.halves()
    return (training.head(QUICK_PHOTOS), validation.head(QUICK_PHOTOS)) if quick else (training, validation)


def _rows(parts: tuple[Pack, Pack]) -> pd.DataFrame:
    return pd.concat([part.table for part in parts])[["image", "label", "split"]]


def _decoded(experiment: Experiment, parts: tuple[Pack, Pack], out: Path) -> tuple[Photos, Photos]:
    return _photos(parts[0], experiment, out, MARGIN), _photos(parts[1], experiment, out, 1.0)


def tune_task(
    task: str,
    data: Path,
    images: tuple[Path, ...],
    out: Path,
    *,
    changes: list[str],
    trials: int,
    search: Sequence[str] | None = None,
    quick: bool = False,
) -> dict[str, Any]:
    """Search for better choices; see ``ml.training.tune``. Returns them, and leaves them in ``out/best.json``.

    Raises:
        UnknownTask: the task has no experiment. ValueError: an option is unknown, a split is empty, or ``out`` holds
            another search.
    """
    experiment = experiment_of(task).with_options(options_of(changes) | ({"epochs": 2} if quick else {}))
    parts = _parts(experiment, data, images, quick=quick)
    claim(out, experiment, _rows(parts), SEARCH)
    training, validation = _decoded(experiment, parts, out)
    return tune(experiment, training, validation, out, trials=trials, search=search or USUAL)


def find_rate_task(task: str, data: Path, images: tuple[Path, ...], out: Path, *, changes: list[str]) -> float:
    """Try learning rates on ``task``; ``lr.csv`` and ``lr.png`` in ``out`` show them, the best one is returned."""
    experiment = experiment_of(task).with_options(options_of(changes))
    training, _validation = open_task(experiment, data, images, out)
    return find_rate(experiment, training, out)


def experiment_of(task: str) -> Experiment:
    """Raises UnknownTask with the names that exist."""
    if task not in EXPERIMENTS:
        raise UnknownTask(f"no task {task}; there are {', '.join(sorted(EXPERIMENTS))}")
    return EXPERIMENTS[task]


def _photos(part: Pack, experiment: Experiment, out: Path, margin: float) -> Photos:
    size = round(experiment.image_size * margin)
    split = part.table["split"].iloc[0]
    squares = decoded(part, size=size, cache=out / "cache" / f"{split}-{size}-{part.fingerprint()}.npy")
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
