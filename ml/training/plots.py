"""Pictures for cards and reports: confusion matrix and reliability diagram."""

from __future__ import annotations

from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.figure import Figure

from ml.training.metrics import Floats

matplotlib.use("Agg")  # no screen where models are trained


def confusion(probability: Floats, targets: Floats, labels: tuple[str, ...], path: Path) -> None:
    """Which class is taken for which; a row is a true class and adds up to 1. Photos of one label only."""
    single = targets.sum(1) == 1
    truth, guess = targets[single].argmax(1), probability[single].argmax(1)
    table = np.zeros((len(labels), len(labels)))
    np.add.at(table, (truth, guess), 1)
    share = table / np.maximum(1, table.sum(1, keepdims=True))
    side = 2.2 + 0.55 * len(labels)
    figure = Figure(figsize=(side + 0.6, side), layout="constrained")
    axes = figure.subplots()
    axes.imshow(share, cmap="Blues", vmin=0, vmax=1)
    axes.set_xticks(range(len(labels)), labels, rotation=45, ha="right")
    axes.set_yticks(range(len(labels)), labels)
    axes.set_xlabel("answered")
    axes.set_ylabel("true")
    for (row, column), value in np.ndenumerate(share):
        if table[row].sum():
            colour = "white" if value > 0.5 else "black"
            axes.text(column, row, f"{value:.2f}", ha="center", va="center", fontsize=7, color=colour)
    figure.savefig(path, dpi=90)


def reliability(probability: Floats, targets: Floats, path: Path, bins: int = 10) -> None:
    """How often the top candidate was right, by how sure the model was; on the diagonal, numbers hold."""
    top = probability.argmax(1)
    hit = targets[np.arange(len(top)), top] > 0
    sure = probability.max(1)
    which = np.minimum((sure * bins).astype(int), bins - 1)
    filled = [b for b in range(bins) if (which == b).any()]
    figure = Figure(figsize=(4, 4), layout="constrained")
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], color="grey", linestyle=":")
    axes.plot([sure[which == b].mean() for b in filled], [hit[which == b].mean() for b in filled], marker="o")
    axes.bar([(b + 0.5) / bins for b in filled], [(which == b).mean() for b in filled], 1 / bins, alpha=0.25)
    axes.set_xlabel("stated probability of the top candidate")
    axes.set_ylabel("how often it was right (bars: share of photos)")
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    figure.savefig(path, dpi=90)
