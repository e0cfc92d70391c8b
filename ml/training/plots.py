"""Pictures for cards and reports: confusion, reliability, risk and coverage, and each class with its interval.

They show probabilities, (N, K), against targets, (N, K), 1 where a label holds.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
from matplotlib.figure import Figure

from ml.cards import ModelCard
from ml.training.metrics import Floats, exact_interval
from ml.training.promises import risk_coverage

matplotlib.use("Agg")  # no screen where models are trained
BINS = 10  # of the reliability plot
DPI = 90
WITH_INTERVAL = {"recall": "found", "precision": "right when said", "coverage": "in the set"}


def write_plots(card: ModelCard, probability: Floats, targets: Floats, per_class: dict[str, Any], out: Path) -> None:
    """All plots as PNG files in ``out``; they show figures, never a photo."""
    confusion(probability, targets, card.labels, out / "confusion.png")
    reliability(probability, targets, out / "reliability.png")
    risk(probability, targets, card.abstain.get("below", 0), out / "risk_coverage.png")
    classes(per_class, out / "per_class.png")


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
    figure.savefig(path, dpi=DPI)


def reliability(probability: Floats, targets: Floats, path: Path) -> None:
    """How often the top candidate was right, by how sure the model was; on the diagonal, numbers hold.

    With intervals that take photos for independent.
    """
    top = probability.argmax(1)
    hit = targets[np.arange(len(top)), top] > 0
    sure = probability.max(1)
    which = np.minimum((sure * BINS).astype(int), BINS - 1)
    filled = [b for b in range(BINS) if (which == b).any()]
    figure = Figure(figsize=(4, 4), layout="constrained")
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], color="grey", linestyle=":")
    axes.plot([sure[which == b].mean() for b in filled], [hit[which == b].mean() for b in filled], marker="o")
    for b in filled:
        ends = exact_interval(int(hit[which == b].sum()), int((which == b).sum()))
        axes.plot([sure[which == b].mean()] * 2, ends, color="C0", alpha=0.5)
    axes.bar([(b + 0.5) / BINS for b in filled], [(which == b).mean() for b in filled], 1 / BINS, alpha=0.25)
    axes.set_xlabel("stated probability of the top candidate")
    axes.set_ylabel("how often it was right, with 95 % intervals")
    axes.set_title("bars: share of the photos", fontsize=9)
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    figure.savefig(path, dpi=DPI)


def risk(probability: Floats, targets: Floats, below: float, path: Path) -> None:
    """How often an answer is wrong when only the surest are given; the dotted line is where the model abstains."""
    answered, wrong = risk_coverage(probability, targets)
    figure = Figure(figsize=(4, 4), layout="constrained")
    axes = figure.subplots()
    axes.plot(answered, wrong)
    axes.axvline(float((probability.max(1) >= below).mean()), color="grey", linestyle=":")
    axes.set_xlabel("share of photos answered, surest first")
    axes.set_ylabel("share of those answers that are wrong")
    axes.set_xlim(0, 1)
    axes.set_ylim(0, max(0.05, 1.1 * float(wrong[len(wrong) // 20 :].max())))
    figure.savefig(path, dpi=DPI)


def classes(per_class: dict[str, Any], path: Path) -> None:
    """Recall, precision and set coverage of each class as dots with 95 % intervals."""
    shown = [name for name in WITH_INTERVAL if any(f"{name}_low" in row for row in per_class.values())]
    figure = Figure(figsize=(1.8 + 2.2 * max(1, len(shown)), 1.2 + 0.35 * len(per_class)), layout="constrained")
    panels = figure.subplots(1, max(1, len(shown)), sharey=True, squeeze=False)[0]
    for name, axes in zip(shown, panels, strict=False):
        for place, row in enumerate(per_class.values()):
            if f"{name}_low" in row:
                axes.plot([row[f"{name}_low"], row[f"{name}_high"]], [place, place], color="steelblue")
                axes.plot(row[name], place, marker="o", color="steelblue")
        axes.set_title(WITH_INTERVAL[name], fontsize=9)
        axes.set_xlim(-0.02, 1.02)
    panels[0].set_yticks(range(len(per_class)), [f"{label} ({row['n']})" for label, row in per_class.items()])
    panels[0].set_ylim(len(per_class) - 0.5, -0.5)
    figure.supxlabel("share of the class's photos or answers, with its 95 % interval", fontsize=9)
    figure.savefig(path, dpi=DPI)


def explanation(steps: Floats, curves: Floats, path: Path) -> None:
    """The answer's mean probability as the map's places are given back and taken away, brightest first.

    Args:
        steps: Shares of the photo, (T,). curves: Mean insertion and deletion, (2, T).
    """
    figure = Figure(figsize=(4, 4), layout="constrained")
    axes = figure.subplots()
    for curve, name in zip(curves, ("given back to a blurred photo", "taken away from the photo"), strict=True):
        axes.plot(steps, curve, marker="o", label=f"{name}: area {np.trapezoid(curve, steps):.2f}")
    axes.set_xlabel("share of the photo, brightest of the map first")
    axes.set_ylabel("mean probability of the answer")
    axes.set_ylim(0, 1)
    axes.legend(fontsize=7)
    figure.savefig(path, dpi=DPI)
