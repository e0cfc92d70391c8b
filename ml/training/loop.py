"""Two-stage training: a linear head on the frozen front, then discriminative fine-tuning; stops and resumes."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from pathlib import Path

import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, RandomSampler

from ml.network import LesionNet
from ml.training.augment import random_view
from ml.training.balance import DRAWN_BY_RARITY, balanced_sampler
from ml.training.data import Photos
from ml.training.experiment import Experiment
from ml.training.losses import Loss
from ml.training.run import Run
from ml.training.teacher import read_teacher

Watch = Callable[[int, float, float], None]  # told of each finished epoch: its number from 1, loss, figure on val


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
    teachers: Sequence[Path] = (),
    workers: int | None = None,
    watch: Watch | None = None,
) -> Path:
    """Train until the last epoch and leave the best weights by ``val`` in ``out/best.safetensors``.

    A run that was stopped goes on from ``out/state.pt`` with the next epoch. Returns the path of the best weights.

    Args:
        validation: Squares already of ``image_size``.
        start: Weights of an earlier run of the same labels to begin with; None begins with ImageNet's.
        teachers: Folders of finished runs or releases, whose answers it learns from as well.
        workers: Processes that prepare the photos; None starts one beside a GPU and none on a CPU, where forking costs
            each epoch 3 s and views are 4 % of the work.
        watch: May end the run by raising.

    Raises:
        ValueError: no epoch is wanted, or as ``batches`` and ``read_teacher`` do.
    """
    if experiment.epochs < 1:
        raise ValueError(f"a run needs an epoch or more, not {experiment.epochs}")
    out.mkdir(parents=True, exist_ok=True)
    seed_all(experiment.seed)
    run = new_run(experiment, training, teachers)
    loader = batches(experiment, training, int(run.device.type == "cuda") if workers is None else workers)
    if not run.resume(out / "state.pt"):
        run.start(training, start)
    for epoch in range(run.epoch, experiment.epochs):
        if 0 < experiment.patience <= run.stale:
            break
        seed_all(experiment.seed + epoch)  # so that a resumed run sees what an unbroken one would have seen
        loss = run.one_epoch(loader, f"epoch {epoch + 1}/{experiment.epochs}")
        run.finish_epoch(loss, validation, out)
        if watch is not None:
            watch(run.epoch, loss, run.last)
    return out / "best.safetensors"


def new_run(experiment: Experiment, training: Photos, teachers: Sequence[Path] = ()) -> Run:
    """A run over ``training`` on the best device, with random weights."""
    net = LesionNet(experiment.backbone, len(experiment.labels), experiment.pooling)
    device, loss = best_device(), Loss(experiment, training.targets)
    teacher = read_teacher(teachers, experiment, device)
    return Run(experiment, net, loss, device, _photos_an_epoch(experiment, training), teacher)


def _photos_an_epoch(experiment: Experiment, training: Photos) -> int:
    return experiment.epoch_photos or len(training.targets)


def batches(experiment: Experiment, training: Photos, workers: int) -> DataLoader[tuple[Tensor, Tensor]]:
    """Random views of the training photos, uint8 (B, 3, S, S), and their targets, (B, K); whole batches only.

    Raises:
        ValueError: an epoch has not the photos of one batch.
    """
    views, count = Views(training, experiment), _photos_an_epoch(experiment, training)
    if count < experiment.batch_size:
        raise ValueError(f"batch_size is {experiment.batch_size}, and an epoch has {count} photos to learn from")
    power = DRAWN_BY_RARITY.get(experiment.balance)
    sampler = (
        RandomSampler(views, num_samples=count) if power is None else balanced_sampler(training.targets, count, power)
    )
    return DataLoader(views, experiment.batch_size, sampler=sampler, drop_last=True, num_workers=workers)


def seed_all(seed: int) -> None:
    """Make what follows repeatable."""
    random.seed(seed)
    torch.manual_seed(seed)
