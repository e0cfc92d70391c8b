"""Are the models the ones that were released, and does the catalogue know every word they can say?"""

from collections.abc import Iterable
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError

from diagnosis import engine
from diagnosis.models import ConditionNote, Disease, Language

_TEXTS = len(ConditionNote.Topic.choices) * len(Language.choices)


@register(Tags.database)
def catalogue_knows_every_label(databases: Iterable[str] | None, **_kwargs: Any) -> list[CheckMessage]:
    """Runs with ``manage.py check --database default``."""
    if not databases:
        return []
    try:
        return [Error(sentence, id="diagnosis.E001") for sentence in speechless_labels()]
    except DatabaseError:
        return []  # before the first migration there is no catalogue to judge


def speechless_labels() -> list[str]:
    """A sentence for each label of a released card that lacks a disease, or notes in a language."""
    written = _notes_by_label()
    return [
        f"{card.task}: {label} has {written.get((card.task, label), 0)} of {_TEXTS} notes; run load_catalogue."
        for card in engine.cards()
        for label in card.labels
        if card.kind != "segmentation" and written.get((card.task, label), 0) < _TEXTS
    ]


def _notes_by_label() -> dict[tuple[str, str], int]:
    diseases = Disease.objects.with_pair().prefetch_related("notes")
    return {
        (engine.task_of(disease.species.code, disease.body_site.code), disease.code): len(disease.notes.all())
        for disease in diseases
    }
