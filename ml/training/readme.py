"""A card as a page of Markdown, for people who decide whether to trust the model."""

from __future__ import annotations

from typing import Any

from ml.cards import ModelCard

PLOTS = ("confusion", "reliability", "risk_coverage", "per_class")


def words(card: ModelCard) -> str:
    """The page that stands beside the card: figures, classes, data and limits."""
    lines = [f"# {card.task} {card.version}", "", f"{card.architecture} at {card.image_size} px, {card.kind}.", ""]
    lines += ["## Measured on `val`", "", "| figure | value | 95 % interval |", "|---|---|---|"]
    for name, figure in card.measured.get("metrics", {}).items():
        lines.append(f"| {name} | {figure['value']:.3f} | {figure['low']:.3f} – {figure['high']:.3f} |")
    if main := card.experiment.get("main_labels"):
        lines += ["", f"macro_f1 is over {', '.join(main)}; the other labels have too few photos."]
    lines += ["", "| label | photos | recall | precision | AUROC |", "|---|---|---|---|---|"]
    lines += [_row(label, row) for label, row in card.measured.get("per_class", {}).items()]
    lines += ["", *(f"![{name.replace('_', ' ')}](plots/{name}.png)" for name in PLOTS), ""]
    lines += _doubts(card)
    lines += ["## Data", ""]
    lines += [f"- {source['source']} — {source['terms']}" for source in card.data]
    lines += ["", "## Limits", "", *(f"- {limit}" for limit in card.limits), ""]
    return "\n".join(lines)


def _row(label: str, row: dict[str, Any]) -> str:
    auroc = "–" if row["auroc"] is None else f"{row['auroc']:.2f}"
    return f"| {label} | {row['n']} | {row['recall']:.2f} | {row['precision']:.2f} | {auroc} |"


def _doubts(card: ModelCard) -> list[str]:
    """What ``ml.training.explain`` measured, where it was asked."""
    if not card.checks:
        return []
    checks, alike = card.checks, card.lookalikes
    lines = ["## Does the explanation hold?", "", "![explanation](plots/explanation.png)", ""]
    lines += [f"- Of {checks['photos']} validation photos the heat map of {checks['faithful']:.0%} passed its check."]
    lines += [f"- {checks['unsteady']:.0%} of the answers flip when light and crop change a little."]
    lines += [f"- {alike['cases']} labelled cases serve as look-alikes, with weight {alike['weight']} in abstaining: "]
    lines[-1] += f"risk of the answers {alike['risk_alone']:.3f} alone, {alike['risk']:.3f} with them."
    return [*lines, ""]
