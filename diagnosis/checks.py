"""Are the models the ones that were released, and does the catalogue know every word they can say?"""

from collections.abc import Iterable
from ctypes.util import find_library
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import DatabaseError

from diagnosis import content_check, engine
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


@register()
def shipped_words_are_whole(**_kwargs: Any) -> list[CheckMessage]:
    """Runs with every command. A warning: the other entries are good, and the site need not stand still for one."""
    return [Warning(sentence, id="diagnosis.W002") for sentence in content_check.problems()]


@register()
def reports_can_be_set(**_kwargs: Any) -> list[CheckMessage]:
    """Without Pango everything works but the report as a PDF, which then points to the browser's own print."""
    if find_library("pangoft2-1.0"):
        return []
    packages = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
    return [Warning("PDF reports need Debian's Pango.", hint=f"apt-get install {packages}", id="diagnosis.W003")]


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
