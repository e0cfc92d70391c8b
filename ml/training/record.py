"""What every run writes down while it trains: its log, its best weights, and a state to go on from."""

from __future__ import annotations

import csv
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import nn
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler
from torch.optim.swa_utils import AveragedModel
from tqdm import tqdm

_FIGURES = ("epoch", "best", "last", "stale")  # numbers of a run that its state file carries


class Recorded:
    """A run that can be stopped and taken up again; it keeps its averaged weights, the best on ``val`` and the last."""

    experiment: Any  # a dataclass of Choices
    net: nn.Module
    average: AveragedModel
    optimiser: Optimizer
    schedule: LRScheduler

    def __init__(self) -> None:
        self.epoch, self.best, self.last = 0, float("-inf"), float("nan")  # best and last figure on val
        self.stale = 0  # epochs since the best

    def record(self, loss: float, figure: float, out: Path) -> None:
        """End an epoch: keep the best weights, write the log line and the state."""
        self.epoch += 1
        self.last, self.stale = figure, self.stale + 1
        tensors = {name: tensor.contiguous() for name, tensor in self.average.module.state_dict().items()}
        save_file(tensors, out / "last.safetensors")
        if not figure <= self.best:  # so written that a figure that cannot be had (NaN) keeps the newest weights
            self.best, self.stale = figure, 0
            save_file(tensors, out / "best.safetensors")
        _log(out / "log.csv", {"epoch": self.epoch, "loss": round(loss, 4), "val": round(figure, 4)})
        tqdm.write(f"epoch {self.epoch}: loss {loss:.3f}, val {figure:.4f}, best {self.best:.4f}")
        self._write(out / "state.pt")

    def resume(self, path: Path) -> bool:
        """Go on from a written state; False when there is none or it is of another experiment."""
        if not path.is_file():
            return False
        device = next(self.net.parameters()).device
        state = torch.load(path, map_location=device, weights_only=True)
        if type(self.experiment).from_json(state["experiment"]) != self.experiment:
            return False
        for name, part in self._parts().items():
            part.load_state_dict(state[name])
        for name in _FIGURES:
            setattr(self, name, state.get(name, getattr(self, name)))
        return True

    def _parts(self) -> dict[str, Any]:
        return {"net": self.net, "average": self.average, "optimiser": self.optimiser, "schedule": self.schedule}

    def _write(self, path: Path) -> None:
        state = {name: part.state_dict() for name, part in self._parts().items()}
        state |= {name: getattr(self, name) for name in _FIGURES} | {"experiment": asdict(self.experiment)}
        torch.save(state, path.with_suffix(".part"))
        path.with_suffix(".part").replace(path)


def _log(path: Path, row: dict[str, float | int]) -> None:
    fresh = not path.is_file()
    with path.open("a", newline="") as file:
        writer = csv.DictWriter(file, row)
        if fresh:
            writer.writeheader()
        writer.writerow(row)
