"""Two-stage training: a linear head on the frozen front, then discriminative fine-tuning; stops and resumes."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel
from torch.utils.data import DataLoader, TensorDataset
from tqdm import tqdm

from ml.network import LesionNet, load_imagenet
from ml.preprocess import normalise
from ml.training.augment import random_view
from ml.training.experiment import Experiment
from ml.training.losses import Loss
from ml.training.metrics import main_metric

HEAD_PHOTOS = 3000  # enough to place a linear layer; fine-tuning sees them all


@dataclass(frozen=True)
class Photos:
    """Decoded squares, uint8 (N, 3, s, s), with targets, float32 (N, K)."""

    squares: Tensor
    targets: Tensor


class Views(torch.utils.data.Dataset[tuple[Tensor, Tensor]]):
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


def train(experiment: Experiment, training: Photos, validation: Photos, out: Path, *, workers: int = 1) -> Path:
    """Train until the last epoch and leave the best weights by ``val`` in ``out/best.safetensors``.

    A run that was stopped goes on from ``out/state.pt`` with the next epoch. ``validation.squares`` are already of
    ``image_size``. Returns the path of the best weights.
    """
    out.mkdir(parents=True, exist_ok=True)
    _seed(experiment.seed)
    device = best_device()
    net = LesionNet(experiment.backbone, len(experiment.labels))
    run = _Run(experiment, net, Loss(experiment, training.targets), device, len(training.targets))
    if not run.resume(out / "state.pt"):
        run.start_from_imagenet(training)
    loader = DataLoader(
        Views(training, experiment), experiment.batch_size, shuffle=True, drop_last=True, num_workers=workers
    )
    for epoch in range(run.epoch, experiment.epochs):
        _seed(experiment.seed + epoch)  # so that a resumed run sees what an unbroken one would have seen
        loss = run.one_epoch(loader, f"epoch {epoch + 1}/{experiment.epochs}")
        run.finish_epoch(loss, validation, out)
    return out / "best.safetensors"


def probabilities(experiment: Experiment, logits: Tensor) -> Tensor:
    """Float32 (N, K): independent for multilabel, summing to 1 otherwise."""
    return logits.sigmoid() if experiment.kind == "multilabel" else logits.softmax(1)


def predict_logits(net: nn.Module, squares: Tensor, experiment: Experiment, batch: int = 64) -> Tensor:
    """Logits, float32 (N, K) on the CPU, of squares, uint8 (N, 3, S, S); leaves ``net`` in evaluation mode."""
    net.eval()
    device = next(net.parameters()).device
    with torch.inference_mode():
        parts = [net(_input(part, experiment, device)).float().cpu() for part in squares.split(batch)]
    return torch.cat(parts)


def _input(squares: Tensor, experiment: Experiment, device: torch.device) -> Tensor:
    images = normalise(squares.to(device), experiment.mean, experiment.std)
    return images.contiguous(memory_format=torch.channels_last)


class _Run:
    """What changes while a run trains, so that it can be written down and taken up again."""

    def __init__(self, experiment: Experiment, net: LesionNet, loss: Loss, device: torch.device, photos: int) -> None:
        self.experiment, self.loss, self.device = experiment, loss, device
        self.net: LesionNet = net.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.average = AveragedModel(self.net, avg_fn=_ema(experiment.ema_decay), use_buffers=True)
        self.optimiser = torch.optim.AdamW(list(_groups(net, experiment)), weight_decay=experiment.weight_decay)
        steps = max(1, photos // experiment.batch_size) * experiment.epochs
        peaks = [group["lr"] for group in self.optimiser.param_groups]
        self.schedule = torch.optim.lr_scheduler.OneCycleLR(self.optimiser, peaks, total_steps=steps + 1)
        self.dropout = nn.Dropout(experiment.dropout)
        self.epoch, self.best = 0, float("-inf")

    def start_from_imagenet(self, training: Photos) -> None:
        """Stage one: ImageNet features stay as they are and only the linear layer learns."""
        load_imagenet(self.net, self.experiment.backbone)
        _fit_head(self.net, training, self.experiment, self.loss, self.device)
        self.average.module.load_state_dict(self.net.state_dict())

    def one_epoch(self, loader: DataLoader[tuple[Tensor, Tensor]], title: str) -> float:
        """Stage two, once over the training photos; returns the mean loss.

        Batch statistics stay ImageNet's: with batches this small, their own are noise (val 0.67 before, loss 6 in).
        """
        self.net.eval()
        total = 0.0
        for squares, targets in (bar := tqdm(loader, desc=title, unit="batch", mininterval=5)):
            loss = self._step(squares, targets.to(self.device))
            total += loss
            bar.set_postfix(loss=f"{loss:.3f}", refresh=False)
        return total / max(1, len(loader))

    def _step(self, squares: Tensor, targets: Tensor) -> float:
        images = _input(squares, self.experiment, self.device)
        with torch.autocast("cuda", torch.bfloat16, enabled=self.device.type == "cuda"):
            maps = self.net.features(images)
            logits = self.net.head(self.dropout(self.net.backbone.forward_head(maps, pre_logits=True)))
        loss = self.loss(logits.float(), targets)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 5.0)
        self.optimiser.step()
        self.schedule.step()
        self.average.update_parameters(self.net)
        return loss.item()

    def finish_epoch(self, loss: float, validation: Photos, out: Path) -> None:
        """Measure on ``val``, keep the best weights, write the log line and the state to go on from."""
        self.epoch += 1
        logits = predict_logits(self.average.module, validation.squares, self.experiment)
        figure = main_metric(self.experiment.kind)(
            probabilities(self.experiment, logits).numpy(), validation.targets.numpy()
        )
        if not figure <= self.best:  # so written that a figure that cannot be had (NaN) keeps the newest weights
            self.best = figure
            tensors = {name: tensor.contiguous() for name, tensor in self.average.module.state_dict().items()}
            save_file(tensors, out / "best.safetensors")
        _log(out / "log.csv", {"epoch": self.epoch, "loss": round(loss, 4), "val": round(figure, 4)})
        tqdm.write(f"epoch {self.epoch}: loss {loss:.3f}, val {figure:.4f}, best {self.best:.4f}")
        self._write(out / "state.pt")

    def _parts(self) -> dict[str, Any]:
        return {"net": self.net, "average": self.average, "optimiser": self.optimiser, "schedule": self.schedule}

    def _write(self, path: Path) -> None:
        state = {name: part.state_dict() for name, part in self._parts().items()}
        state |= {"epoch": self.epoch, "best": self.best, "experiment": asdict(self.experiment)}
        torch.save(state, path.with_suffix(".part"))
        path.with_suffix(".part").replace(path)

    def resume(self, path: Path) -> bool:
        """Go on from a written state; False when there is none or it is of another experiment."""
        if not path.is_file():
            return False
        state = torch.load(path, map_location=self.device, weights_only=True)
        if state["experiment"] != asdict(self.experiment):
            return False
        for name, part in self._parts().items():
            part.load_state_dict(state[name])
        self.epoch, self.best = state["epoch"], state["best"]
        return True


def _frozen(net: LesionNet, experiment: Experiment) -> list[nn.Module]:
    return [module for stage in net.stages()[: experiment.frozen_stages] for module in stage]


def _groups(net: LesionNet, experiment: Experiment) -> Iterator[dict[str, Any]]:
    """The head learns fastest, each earlier stage slower, the frozen front not at all."""
    for module in _frozen(net, experiment):
        module.requires_grad_(False)
    yield {"params": list(net.head.parameters()), "lr": experiment.learning_rate}
    learning = net.stages()[experiment.frozen_stages :]
    for depth, stage in enumerate(reversed(learning)):
        rate = experiment.learning_rate * experiment.stage_decay ** (depth + 1)
        yield {"params": [p for module in stage for p in module.parameters()], "lr": rate}


def _fit_head(net: LesionNet, photos: Photos, experiment: Experiment, loss: Loss, device: torch.device) -> None:
    """Features of up to ``HEAD_PHOTOS`` photos once, then many cheap epochs over them."""
    some = torch.randperm(len(photos.targets))[:HEAD_PHOTOS].sort().values
    features = _pooled_features(net, photos.squares[some], experiment, device)
    data = TensorDataset(features, photos.targets[some].to(device))
    optimiser = torch.optim.AdamW(net.head.parameters(), lr=2e-3, weight_decay=experiment.weight_decay)
    for _ in tqdm(range(experiment.head_epochs), desc="head", unit="epoch"):
        for batch, targets in DataLoader(data, 256, shuffle=True):
            optimiser.zero_grad()
            loss(net.head(batch), targets).backward()
            optimiser.step()


@torch.no_grad()
def _pooled_features(net: LesionNet, squares: Tensor, experiment: Experiment, device: torch.device) -> Tensor:
    net.eval()
    size = [experiment.image_size] * 2
    parts = []
    for part in tqdm(squares.split(64), desc="features", unit="batch"):
        small = nn.functional.interpolate(part.float(), size, mode="bilinear", antialias=True).to(torch.uint8)
        parts.append(net.backbone.forward_head(net.features(_input(small, experiment, device)), pre_logits=True))
    return torch.cat(parts)


def _ema(decay: float) -> Any:
    """Averaging that is short while the run is young, so that the start is forgotten."""

    def average(old: Tensor, new: Tensor, count: Tensor | int) -> Tensor:
        if not old.is_floating_point():
            return new
        step = min(decay, (1 + int(count)) / (10 + int(count)))
        return old * step + new * (1 - step)

    return average


def _seed(seed: int) -> None:
    random.seed(seed)
    torch.manual_seed(seed)


def _log(path: Path, row: dict[str, float | int]) -> None:
    fresh = not path.is_file()
    with path.open("a", newline="") as file:
        writer = csv.DictWriter(file, row)
        if fresh:
            writer.writeheader()
        writer.writerow(row)
