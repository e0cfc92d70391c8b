"""Stage two of training: discriminative fine-tuning of one network, with averaged weights."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim.lr_scheduler import OneCycleLR
from torch.optim.swa_utils import AveragedModel
from torch.utils.data import DataLoader
from tqdm import tqdm

from ml.calibration import calibrated
from ml.network import LesionNet
from ml.training.data import Photos
from ml.training.experiment import Experiment
from ml.training.forward import in_16_bit, network_input, predict_logits
from ml.training.head import fit_head
from ml.training.losses import Loss
from ml.training.metrics import main_metric, places
from ml.training.mixing import mixing
from ml.training.optimisers import optimiser_for
from ml.training.pretrained import load_imagenet
from ml.training.record import Recorded
from ml.training.teacher import Teacher
from ml.training.weights import load_into


class Run(Recorded):
    """The network of a task, its averaged twin, and what makes them learn."""

    def __init__(
        self,
        experiment: Experiment,
        net: LesionNet,
        loss: Loss,
        device: torch.device,
        photos: int,
        teacher: Teacher | None = None,
    ) -> None:
        super().__init__()
        self.experiment, self.loss, self.device, self.teacher = experiment, loss, device, teacher
        self.net: LesionNet = net.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.average = AveragedModel(self.net, avg_fn=_ema(experiment.ema_decay), use_buffers=True)
        self.optimiser = optimiser_for(experiment, list(_groups(net, experiment)))
        steps = max(1, photos // experiment.batch_size) * experiment.epochs
        peaks = [group["lr"] for group in self.optimiser.param_groups]
        self.schedule = OneCycleLR(self.optimiser, peaks, total_steps=steps + 1)
        self.dropout = nn.Dropout(experiment.dropout)
        self.mix = mixing(experiment)

    def start(self, training: Photos, weights: Path | None) -> None:
        """Begin with the weights of an earlier run, or with stage one: a linear layer on ImageNet's features."""
        if weights is None:
            load_imagenet(self.net, self.experiment.backbone)
            fit_head(self.net, training, self.experiment, self.loss)
        else:
            load_into(self.net, weights)
        self.average.module.load_state_dict(self.net.state_dict())

    def one_epoch(self, loader: DataLoader[tuple[Tensor, Tensor]], title: str) -> float:
        """Stage two, once over the training photos; returns the mean loss.

        Batch statistics stay ImageNet's: with batches this small, their own are noise (val 0.67 before, loss 6 in).
        """
        self.net.eval()
        total = 0.0
        for squares, targets in (bar := tqdm(loader, desc=title, unit="batch", mininterval=5)):
            loss = self.step(squares, targets.to(self.device))
            total += loss
            bar.set_postfix(loss=f"{loss:.3f}", refresh=False)
        return total / max(1, len(loader))

    def step(self, squares: Tensor, targets: Tensor) -> float:
        """Learn from one batch, uint8 (B, 3, S, S) and float32 (B, K); returns its loss."""
        images = network_input(squares, self.experiment, self.device)
        if self.mix is not None:
            images, targets = self.mix(images, targets)
        with in_16_bit(self.experiment, self.device):
            maps = self.net.features(images)
            logits = self.net.head(self.dropout(self.net.backbone.forward_head(maps, pre_logits=True)))
        loss = self._loss(logits.float(), targets, images)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 5.0)
        self.optimiser.step()
        self.schedule.step()
        self.average.update_parameters(self.net)
        return loss.item()

    def _loss(self, logits: Tensor, targets: Tensor, images: Tensor) -> Tensor:
        labelled = self.loss(logits, targets)
        if self.teacher is None:
            return labelled
        return torch.lerp(labelled, self.teacher.loss(logits, images), self.experiment.distil)

    def finish_epoch(self, loss: float, validation: Photos, out: Path) -> None:
        """Measure on ``val`` and record the epoch."""
        logits = predict_logits(self.average.module, validation.squares, self.experiment)
        probability = calibrated(logits.numpy(), self.experiment.kind, 1.0)
        main = places(self.experiment.labels, self.experiment.main_labels)
        self.record(loss, main_metric(self.experiment.kind, main)(probability, validation.targets.numpy()), out)


def _groups(net: LesionNet, experiment: Experiment) -> Iterator[dict[str, Any]]:
    """The head learns fastest, each earlier stage slower, the frozen front not at all."""
    learning = net.stages()[experiment.frozen_stages :]
    net.requires_grad_(False)  # what stands in no stage, such as a transformer's positions, stays as it is as well
    for module in (net.head, *(module for stage in learning for module in stage)):
        module.requires_grad_(True)
    yield {"params": list(net.head.parameters()), "lr": experiment.learning_rate}
    for depth, stage in enumerate(reversed(learning)):
        rate = experiment.learning_rate * experiment.stage_decay ** (depth + 1)
        yield {"params": [p for module in stage for p in module.parameters()], "lr": rate}


def _ema(decay: float) -> Any:
    """Averaging that is short while the run is young, so that the start is forgotten."""

    def average(old: Tensor, new: Tensor, count: Tensor | int) -> Tensor:
        if not old.is_floating_point():
            return new
        step = min(decay, (1 + int(count)) / (10 + int(count)))
        return old * step + new * (1 - step)

    return average
