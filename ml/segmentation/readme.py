"""The card of an outline network as a page of Markdown, for people who decide whether to trust the outlines."""

from __future__ import annotations

from typing import Any

from ml.cards import ModelCard


def words(card: ModelCard) -> str:
    """The page that stands beside the card: figures, data and limits."""
    iou, lesion = card.measured["metrics"]["mean_iou"], card.measured["per_class"]["lesion"]
    lines = [f"# {card.task} {card.version}", "", f"{card.architecture} at {card.image_size} px, {card.kind}.", ""]
    lines += [f"## Measured on `val` ({card.measured['n']} photos)", "", "| figure | value | 95 % interval |"]
    lines += ["|---|---|---|", f"| mean IoU over photos | {iou['value']:.3f} | {iou['low']:.3f} – {iou['high']:.3f} |"]
    lines += [f"| mean Dice | {lesion['f1']:.3f} | |", f"| pixels of the lesion found | {lesion['recall']:.3f} | |"]
    if strangers := card.measured.get("strangers_with_outline"):
        lines += [f"| photos without a lesion that got an outline | {strangers['share']:.3f} of {strangers['n']} | |"]
    lines += ["", "![intersection over union](plots/overlap.png)", ""]
    lines += _crops(card.measured.get("segment_then_classify", {}))
    lines += ["## Data", "", *(f"- {source['source']} — {source['terms']}" for source in card.data)]
    return "\n".join([*lines, "", "## Limits", "", *(f"- {limit}" for limit in card.limits), ""])


def _crops(answers: dict[str, Any]) -> list[str]:
    if not answers:
        return []
    lines = ["## Does it help to cut the lesion out before it is classified?", ""]
    lines += ["| the classifier sees | balanced accuracy | 95 % interval | mean AUROC |", "|---|---|---|---|"]
    for name in ("whole", "cropped", "averaged"):
        row = answers[name]
        accuracy, area = row["balanced_accuracy"], row["mean_auroc"]
        interval = f"{accuracy['low']:.3f} – {accuracy['high']:.3f}"
        lines.append(f"| {name} | {accuracy['value']:.3f} | {interval} | {area['value']:.3f} |")
    return [*lines, ""]


def crop_sentence(answers: dict[str, Any]) -> list[str]:
    """Whether cutting the lesion out helps the classifier, as one sentence; none when nobody measured it."""
    if not answers:
        return []
    whole, cut = (answers[name]["balanced_accuracy"] for name in ("whole", "cropped"))
    if cut["low"] > whole["high"]:
        return ["The classifier of human_skin answers better when the lesion is cut out first; it is not done yet."]
    if cut["high"] < whole["low"]:
        return ["The classifier of human_skin answers worse when the lesion is cut out first; it sees whole photos."]
    return ["The classifier of human_skin is no surer when the lesion is cut out first; it sees whole photos."]
