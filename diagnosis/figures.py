"""What a model's figures say in plain words, for its page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Words = tuple["_StrPromise", "_StrPromise"]  # what a figure is called, and what it says

FIGURES: dict[str, Words] = {
    "balanced_accuracy": (
        _("Found, on average over the conditions"),
        _("For each condition, how many of its photos were recognised; then the mean, so that rare ones count alike."),
    ),
    "top1_single_label": (
        _("First answer right"),
        _("Of the photos with one named condition, how many got that condition as the first answer."),
    ),
    "macro_f1": (
        _("Found and rightly said (F1)"),
        _("Low when a condition is missed, and also when it is named too often."),
    ),
    "mean_auroc": (
        _("Telling with from without (AUROC)"),
        _("How often a photo with a condition gets a higher number for it than a photo without. Guessing gives 50 %."),
    ),
    "melanoma_recall": (
        _("Melanomas that raise the warning"),
        _("Of 100 melanoma photos so many raise it; the others would have been missed."),
    ),
    "melanoma_precision": (
        _("Warnings that are a melanoma"),
        _("Of 100 warnings so many are one. It is low on purpose: a missed melanoma is worse than a false alarm."),
    ),
    "ece": (
        _("Gap between said and true"),
        _("By how much, on average, the stated probability differs from how often it is right. 0 is best."),
    ),
    "coverage90": (
        _("Right condition in the short list"),
        _("How often the list “one of these” holds the right condition. The aim is 90 %."),
    ),
    "selective_gain80": (
        _("Gain from saying “we cannot tell”"),
        _("How much more often the surest four fifths of the answers are right than all answers."),
    ),
    "scope_auroc": (
        _("Telling other photos apart"),
        _("How often a photo of something else is recognised as such before a photo of the real kind."),
    ),
    "own_let_in": (
        _("Real photos let in"),
        _("Of 100 photos of the right kind so many are judged; the others are wrongly sent back as something else."),
    ),
    "strangers_let_in": (
        _("Photos of other things let in"),
        _("Of 100 photos that show no such spot so many are judged all the same. Lower is better."),
    ),
    "others_let_in": (
        _("Photos of another species or place let in"),
        _("Of 100 photos that belong to another of the models so many are judged all the same. Lower is better."),
    ),
    "mean_iou": (
        _("Overlap with the experts' outline"),
        _("The part that the drawn and the experts' outline share, of all that either covers."),
    ),
    "insertion": (
        _("Heat map gives the answer back"),
        _("How fast a blurred photo regains its answer when the places of the heat map are made sharp. 100 % is best."),
    ),
    "deletion": (
        _("Heat map takes the answer away"),
        _("How much of the answer stays as the places of the heat map are blurred. Lower is better."),
    ),
    "pointing": (
        _("Heat map points at the spot"),
        _("How often its brightest place lies inside the outline that experts drew."),
    ),
}

PLOTS: dict[str, Words] = {
    "confusion": (
        _("Which condition is taken for which"),
        _("A row is what a photo shows, a column what was answered. On the diagonal, both agree."),
    ),
    "reliability": (
        _("Do the probabilities mean what they say?"),
        _("On the dotted diagonal, answers given with 70 % are right 70 times out of 100."),
    ),
    "risk_coverage": (
        _("What is gained by saying “we cannot tell”"),
        _("From right to left the least sure answers are held back. The dotted line is where this model stops."),
    ),
    "per_class": (
        _("Condition by condition"),
        _("A dot is the measured value, the line is the range that holds it with 95 % certainty."),
    ),
    "explanation": (
        _("Does the heat map hold?"),
        _("Taking its places away should make the answer fall, giving them back should make it rise, both quickly."),
    ),
    "overlap": (
        _("How well the outline fits"),
        _("How many photos reach which overlap with the outline that experts drew."),
    ),
}


@dataclass(frozen=True)
class Figure:
    """One measured figure with its range, in parts of 1."""

    name: str
    title: str
    words: str
    value: float
    low: float
    high: float


def figures_of(measured: dict[str, Any]) -> list[Figure]:
    """The figures of a card that have words, in the order of this page."""
    metrics = measured.get("metrics", {})
    return [
        Figure(name, str(title), str(words), **{part: metrics[name][part] for part in ("value", "low", "high")})
        for name, (title, words) in FIGURES.items()
        if name in metrics
    ]
