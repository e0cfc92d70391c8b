"""Two-stage training: a linear head on the frozen front, then discriminative fine-tuning; stops and resumes."""

from __future__ import annotations

import random
from pathlib import Path

import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from ml.network import LesionNet
from ml.training.augment import random_view
from ml.training.data import Photos
from ml.training.experiment import Experiment
from ml.training.losses import Loss
from ml.training.run import Run


class Views(Dataset[tuple[Tensor, Tensor]]):
    """Training photos, each seen as a new random view every time."""

    def __init__(self, photos: Photos, experiment: Experiment) -> None:
        self.photos, self.experiment = photos, experiment

    def __len__(self) -> int:
        return len(self.photos.targets)

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        return random_view(self.photos.squares[index], self.experiment), self.photos.targets[index]


def best_device() -> torch.device:
    """A GPU where there is one, else the CPU."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def train(
    experiment: Experiment,
    training: Photos,
    validation: Photos,
    out: Path,
    *,
    start: Path | None = None,
    workers: int = 1,
) -> Path:
    """Train until the last epoch and leave the best weights by ``val`` in ``out/best.safetensors``.

    A run that was stopped goes on from ``out/state.pt`` with the next epoch. ``validation.squares`` are already of
    ``image_size``. ``start`` names the weights of an earlier run of the same labels to begin with; None begins with
    ImageNet's. Returns the path of the best weights.
    """
    out.mkdir(parents=True, exist_ok=True)
    _seed(experiment.seed)
    device = best_device()
    net = LesionNet(experiment.backbone, len(experiment.labels))
    run = Run(experiment, net, Loss(experiment, training.targets), device, len(training.targets))
    if not run.resume(out / "state.pt"):
        run.start(training, start)
    loader = DataLoader(
        Views(training, experiment), experiment.batch_size, shuffle=True, drop_last=True, num_workers=workers
    )
    for epoch in range(run.epoch, experiment.epochs):
        _seed(experiment.seed + epoch)  # so that a resumed run sees what an unbroken one would have seen
        loss = run.one_epoch(loader, f"epoch {epoch + 1}/{experiment.epochs}")
        run.finish_epoch(loss, validation, out)
    return out / "best.safetensors"


def _seed(seed: int) -> None:
    random.seed(seed)
    torch.manual_seed(seed)
