"""Which learning rate to begin with: a range test over one short run (Smith 2015, arXiv 1506.01186)."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np
import torch
from matplotlib.figure import Figure
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import DataLoader
from tqdm import tqdm

from ml.training.data import Photos
from ml.training.experiment import Experiment
from ml.training.loop import batches, new_run, seed_all

LOWEST, HIGHEST = 1e-6, 1.0
SMOOTHING = 0.9  # of the losses, as an exponential average
HOPELESS = 4.0  # times the best loss: the test ends there

Floats = NDArray[np.float64]


def find_rate(experiment: Experiment, training: Photos, out: Path, *, steps: int = 100) -> float:
    """Raise the head's learning rate from batch to batch; return the one at which the loss falls fastest.

    Writes ``lr.csv`` and ``lr.png`` into ``out``. Earlier stages keep their share of the head's rate.
    """
    seed_all(experiment.seed)
    run = new_run(experiment, training)
    forever = _endless(batches(experiment, training, workers=0))
    run.start(training, None)
    for group in run.optimiser.param_groups:
        group["initial_lr"] = LOWEST * group["initial_lr"] / run.optimiser.param_groups[0]["initial_lr"]
    growth = (HIGHEST / LOWEST) ** (1 / max(1, steps - 1))
    run.schedule = torch.optim.lr_scheduler.LambdaLR(run.optimiser, lambda step: growth**step)
    rates, losses, best = [], [], float("inf")
    run.net.eval()  # batch statistics stay ImageNet's, as in training
    for squares, targets in tqdm(islice(forever, steps), total=steps, desc="rates", unit="batch"):
        rates.append(run.optimiser.param_groups[0]["lr"])
        losses.append(run.step(squares, targets.to(run.device)))
        best = min(best, losses[-1])
        if not losses[-1] <= HOPELESS * best:
            break
    smooth = smoothed(losses)
    _write(np.array(rates), smooth, out)
    return steepest(np.array(rates), smooth)


def smoothed(losses: list[float]) -> Floats:
    """Exponential average of T losses, (T,), without the pull of its beginning."""
    average, values = 0.0, []
    for index, loss in enumerate(losses, start=1):
        average = SMOOTHING * average + (1 - SMOOTHING) * loss
        values.append(average / (1 - SMOOTHING**index))
    return np.array(values)


def steepest(rates: Floats, losses: Floats) -> float:
    """The rate, of (T,), where the loss, (T,), falls fastest per decade, before its lowest point."""
    end = max(2, int(np.argmin(losses)) + 1)
    if len(rates) < 3:
        return float(rates[0])
    slope = np.gradient(losses[:end], np.log10(rates[:end]))
    return float(rates[int(np.argmin(slope))])


def _endless(loader: DataLoader[tuple[Tensor, Tensor]]) -> Iterator[tuple[Tensor, Tensor]]:
    while True:
        yield from loader


def _write(rates: Floats, losses: Floats, out: Path) -> None:
    with (out / "lr.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["learning_rate", "loss"])
        writer.writerows([f"{rate:.3g}", f"{loss:.4f}"] for rate, loss in zip(rates, losses, strict=True))
    figure = Figure(figsize=(5, 3.5), layout="constrained")
    axes = figure.subplots()
    axes.semilogx(rates, losses)
    axes.axvline(steepest(rates, losses), color="grey", linestyle=":")
    axes.set_xlabel("learning rate of the head")
    axes.set_ylabel("loss")
    figure.savefig(out / "lr.png", dpi=90)
