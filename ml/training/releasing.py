"""``python -m ml release``: the weights of a finished run, or the mean of several, on the shelf."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors.torch import save_file

from ml.cards import ModelCard
from ml.training.data import keep_labels, read_pack
from ml.training.experiment import read_experiment
from ml.training.intake import intake_pack
from ml.training.masks import read_masks
from ml.training.release import release
from ml.training.tune import TABLE
from ml.training.weights import read_weights


def release_task(
    task: str,
    data: Path,
    images: tuple[Path, ...],
    out: Path,
    *,
    version: str,
    masks: Path | None = None,
    weights: Sequence[Path] = (),
    registry: Path,
) -> ModelCard:
    """Put the run in ``out`` on the shelf as ``version``; see ``ml.training.release``.

    ``weights`` are released instead of the run's best; the mean of several, which must be of one line of training.
    Where ``data`` holds the packs of other tasks and of strangers, the release learns to tell them from its own.
    """
    experiment = read_experiment(out)
    pack = keep_labels(read_pack(data, images, task=task), experiment.labels)
    card = release(
        experiment,
        averaged(weights, out / "averaged.safetensors") if weights else out / "best.safetensors",
        version,
        training=pack.part("train"),
        validation=pack.part("val"),
        others=intake_pack(data, task),
        masks=read_masks(masks) if masks else None,
        registry=registry,
    )
    if (out / TABLE).is_file():  # the search that chose this run's options
        shutil.copy(out / TABLE, registry / task / version / TABLE)
    return card


def averaged(files: Sequence[Path], out: Path) -> Path:
    """Write the mean of these weights to ``out`` (Wortsman 2022, arXiv 2203.05482) and return it.

    Raises:
        ValueError: they are not of one network.
    """
    each = [read_weights(file) for file in files]
    shapes = [{name: tensor.shape for name, tensor in one.items()} for one in each]
    if any(shape != shapes[0] for shape in shapes):
        raise ValueError("only weights of one network can be averaged")
    save_file(
        {name: torch.stack([one[name] for one in each]).float().mean(0).to(t.dtype) for name, t in each[0].items()}, out
    )
    return out
