"""Training of the outline network: one stage, averaged weights, chosen by mean IoU on ``val``; stops and resumes."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_avg_fn
from torch.utils.data import DataLoader, Dataset
from tqdm import tqdm

from ml.segmentation.augment import random_pair
from ml.segmentation.experiment import OutlineExperiment
from ml.segmentation.network import OutlineNet, load_imagenet, untrained
from ml.training.loop import seed_all
from ml.training.record import Recorded

MARGIN = 1.3  # squares are kept this much larger than the network sees, so that crops still have detail


@dataclass(frozen=True)
class Squares:
    """Decoded photos, uint8 (N, 3, s, s), their masks, uint8 (N, 1, s, s), and photos that show no lesion."""

    photos: Tensor
    masks: Tensor
    strangers: Tensor  # uint8 (M, 3, s, s); M may be 0


class Views(Dataset[tuple[Tensor, Tensor]]):
    """Training pairs, each seen as a new random view every time; some are strangers with an empty mask."""

    def __init__(self, squares: Squares, experiment: OutlineExperiment) -> None:
        self.squares, self.experiment = squares, experiment

    def __len__(self) -> int:
        return len(self.squares.photos)

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        photo, mask = self.squares.photos[index], self.squares.masks[index]
        if len(self.squares.strangers) and random.random() < self.experiment.strangers:
            photo = self.squares.strangers[random.randrange(len(self.squares.strangers))]
            mask = torch.zeros_like(mask)
        return random_pair(photo, mask, self.experiment)


def dice_and_entropy(logits: Tensor, masks: Tensor, dice: float) -> Tensor:
    """Soft Dice loss of each photo (Milletari 2016, arXiv 1606.04797), blended with binary cross-entropy.

    Dice is taken per photo, because the figure that counts is: a small lesion weighs as much as a large one.
    """
    inside = logits.sigmoid()
    shared = (inside * masks).sum((1, 2, 3))
    both = inside.sum((1, 2, 3)) + masks.sum((1, 2, 3))
    missed = 1 - (2 * shared + 1) / (both + 1)
    return dice * missed.mean() + (1 - dice) * F.binary_cross_entropy_with_logits(logits, masks)


class OutlineRun(Recorded):
    """The outline network, its averaged twin, and what makes them learn."""

    def __init__(self, experiment: OutlineExperiment, photos: int) -> None:
        super().__init__()
        self.experiment = experiment
        self.net: OutlineNet = untrained(experiment).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.average = AveragedModel(self.net, avg_fn=get_ema_avg_fn(experiment.ema_decay), use_buffers=True)
        groups = list(_groups(self.net, experiment))
        self.optimiser = torch.optim.AdamW(groups, weight_decay=experiment.weight_decay)
        steps = max(1, photos // experiment.batch_size) * experiment.epochs
        peaks = [group["lr"] for group in groups]
        self.schedule = torch.optim.lr_scheduler.OneCycleLR(self.optimiser, peaks, total_steps=steps + 1)

    def start(self) -> None:
        """Begin with ImageNet's encoder."""
        load_imagenet(self.net, self.experiment.encoder)
        self.average.module.load_state_dict(self.net.state_dict())

    def one_epoch(self, loader: DataLoader[tuple[Tensor, Tensor]], title: str) -> float:
        """Once over the training photos; returns the mean loss."""
        self.net.train()
        total = 0.0
        for photos, masks in tqdm(loader, desc=title, unit="batch", mininterval=10):
            logits = self.net(as_input(photos, self.experiment))
            loss = dice_and_entropy(logits, masks, self.experiment.dice)
            self.optimiser.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(self.net.parameters(), 5.0)
            self.optimiser.step()
            self.schedule.step()
            self.average.update_parameters(self.net)
            total += loss.item()
        return total / max(1, len(loader))

    def finish_epoch(self, loss: float, validation: Squares, out: Path) -> None:
        """Measure on ``val`` and record the epoch."""
        self.record(loss, mean_iou(self.average.module, validation, self.experiment), out)


def train(experiment: OutlineExperiment, training: Squares, validation: Squares, out: Path) -> Path:
    """Train until the last epoch and leave the best weights by ``val`` in ``out/best.safetensors``.

    ``validation`` squares are already of ``image_size``. A run that was stopped goes on with the next epoch.
    """
    out.mkdir(parents=True, exist_ok=True)
    seed_all(experiment.seed)
    run = OutlineRun(experiment, len(training.photos))
    if not run.resume(out / "state.pt"):
        run.start()
    loader = DataLoader(Views(training, experiment), experiment.batch_size, shuffle=True, drop_last=True)
    for epoch in range(run.epoch, experiment.epochs):
        seed_all(experiment.seed + epoch)  # so that a resumed run sees what an unbroken one would have seen
        loss = run.one_epoch(loader, f"epoch {epoch + 1}/{experiment.epochs}")
        run.finish_epoch(loss, validation, out)
    return out / "best.safetensors"


@torch.inference_mode()
def mean_iou(net: nn.Module, squares: Squares, experiment: OutlineExperiment) -> float:
    """Mean over photos of intersection over union, on the squares; the card's figure is at the photos' own size."""
    net.eval()
    figures = []
    for photos, masks in zip(squares.photos.split(32), squares.masks.split(32), strict=True):
        found, true = net(as_input(photos, experiment)) > 0, masks > 127
        shared = (found & true).sum((1, 2, 3))
        figures.append(shared / (found | true).sum((1, 2, 3)).clamp_min(1))
    return float(torch.cat(figures).mean())


def as_input(photos: Tensor, experiment: OutlineExperiment) -> Tensor:
    """Normalised images, float32 (N, 3, S, S), of squares, uint8 (N, 3, S, S)."""
    mean, std = (torch.tensor(values)[:, None, None] for values in (experiment.mean, experiment.std))
    return ((photos.float() / 255 - mean) / std).contiguous(memory_format=torch.channels_last)


def _groups(net: OutlineNet, experiment: OutlineExperiment) -> Iterator[dict[str, Any]]:
    """The decoder learns fastest, the encoder slower, its frozen front not at all."""
    for module in net.front(experiment.frozen_stages):
        module.requires_grad_(False)
    encoder = set(net.encoder.parameters())
    rate = experiment.learning_rate
    yield {"params": [p for p in net.parameters() if p not in encoder], "lr": rate}
    learning = [p for p in net.encoder.parameters() if p.requires_grad]
    yield {"params": learning, "lr": rate * experiment.encoder_share}
