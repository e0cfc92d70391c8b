"""An evaluation as a page of Markdown, with every figure in plain words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ml.cards import ModelCard

MEANING = {
    "mean_auroc": "how well each label's probability ranks photos with it above photos without (0.5 is chance)",
    "balanced_accuracy": "mean over the classes of the share found; chance is one over the number of classes",
    "macro_f1": "mean over the classes of F1, which is low when a class is missed or called too often",
    "top1_single_label": "share right among photos with exactly one named label",
    "ece": "mean gap between what the probabilities say and how often they are right; 0 is best",
    "selective_gain80": "how much more often the surest 80 % of the answers are right than all are",
    "coverage90": "share of the true labels inside the set that promises 90 %",
    "melanoma_recall": "share of the melanomas that reach the alert's point, in scope or not",
    "melanoma_precision": "share of the photos that reach the alert's point that are melanoma",
    "melanoma_alerted": "share of the melanomas whose alert was given: in scope, and good enough to judge",
    "accuracy": "share of the first answers that are right; leans to the common classes",
    "selective_risk80": "share wrong among the surest 80 % of the answers",
    "set_size": "mean number of labels in the set",
}
IN_SLICES = ("balanced_accuracy", "top1_single_label", "mean_auroc", "ece", "coverage90", "melanoma_recall")


def markdown(card: ModelCard, figures: dict[str, Any]) -> str:
    """The report: figures, classes, slices, and what could not be measured."""
    lines = [f"# {card.task} {card.version} on {figures['data']}", "", *_head(figures), ""]
    lines += ["| figure | value | 95 % interval | what it says |", "|---|---|---|---|"]
    lines += [_row(name, figure) for name, figure in (figures["metrics"] | figures["beyond"]).items()]
    lines += ["", "## Classes", "", *_classes(figures["per_class"]), ""]
    lines += ["## When the model judged", "", *_answered(figures["answered"]), ""]
    lines += ["## Slices", "", *(_slices(figures["slices"]) or ["The table has no column to slice by."]), ""]
    lines += ["## Not measured", "", *_left_out(figures), ""]
    plots = ("confusion", "reliability", "risk_coverage", "per_class")
    return "\n".join([*lines, *(f"![{name}]({name}.png)" for name in plots), ""])


def _head(figures: dict[str, Any]) -> Iterator[str]:
    groups = f" of {figures['groups']} groups (animal, patient or lesion)" if figures["groups"] else ""
    yield f"{figures['n']} photos{groups}, rows: {figures['split']}. Intervals are drawn by whole groups where known."


def _row(name: str, figure: dict[str, float]) -> str:
    return f"| {name} | {figure['value']:.3f} | {_range(figure)} | {MEANING.get(name, '')} |"


def _range(figure: dict[str, float]) -> str:
    return f"{figure['low']:.3f} – {figure['high']:.3f}"


def _classes(per_class: dict[str, Any]) -> Iterator[str]:
    yield "| label | photos | recall | precision | AUROC | in the set |"
    yield "|---|---|---|---|---|---|"
    for label, row in per_class.items():
        cells = (_cell(row, name) for name in ("recall", "precision", "auroc", "coverage"))
        yield f"| {label} | {row['n']} | {' | '.join(cells)} |"


def _cell(row: dict[str, Any], name: str) -> str:
    if f"{name}_low" not in row:
        return "–"
    return f"{row[name]:.2f} ({row[f'{name}_low']:.2f} – {row[f'{name}_high']:.2f})"


def _answered(said: dict[str, Any]) -> Iterator[str]:
    for name, value in said.items():
        yield f"- {name.replace('_', ' ')}: {value}"


def _slices(parts: list[dict[str, Any]]) -> list[str]:
    names = [name for name in IN_SLICES if any(name in part["metrics"] for part in parts)]
    if not parts:
        return []
    head = ["| slice | photos | " + " | ".join(names) + " |", "|---|---|" + "---|" * len(names)]
    return [*head, *(_slice(part, names) for part in parts), "", "(few): under 20 photos, too few to conclude from."]


def _slice(part: dict[str, Any], names: list[str]) -> str:
    found = [part["metrics"].get(name) for name in names]
    cells = (f"{figure['value']:.2f} ({_range(figure)})" if figure else "–" for figure in found)
    few = " (few)" if part["few"] else ""
    return f"| {part['slice']}: {part['value']} | {part['n']}{few} | {' | '.join(cells)} |"


def _left_out(figures: dict[str, Any]) -> Iterator[str]:
    unknown, unreadable = figures.get("unknown_labels", {}), figures.get("unreadable", {})
    dropped, repeated = figures.get("rows_without_a_known_label", 0), figures.get("repeated_rows", 0)
    yield f"{dropped or 'No'} rows without a label that this model knows; {len(unreadable) or 'no'} unreadable photos."
    if repeated:
        yield f"{repeated} rows name a photo again; it counts once, with the labels of all its rows."
    yield ""
    for label, count in unknown.items():
        yield f"- “{label}”, which this model cannot answer, stands in {count} rows."
    for image, sentence in unreadable.items():
        yield f"- {image}: {sentence}"
