"""What Walness can look at: every pair of species and body site, and whether a model judges it."""

from itertools import groupby
from typing import Any

from diagnosis import engine
from diagnosis.models import Disease


def coverage() -> list[dict[str, Any]]:
    """One row per pair: species, body site, task, whether a model is released, and its diseases."""
    return [group | _task(group["species"].code, group["body_site"].code) for group in disease_groups()]


def disease_groups() -> list[dict[str, Any]]:
    """The diseases of each pair, in the form's order."""
    diseases = Disease.objects.with_pair().order_by("species__rank", "body_site__rank", "code")
    return [
        {"species": species, "body_site": body_site, "diseases": list(rows)}
        for (species, body_site), rows in groupby(diseases, lambda disease: (disease.species, disease.body_site))
    ]


def _task(species: str, body_site: str) -> dict[str, Any]:
    return {"task": engine.task_of(species, body_site), "released": engine.is_released(species, body_site)}
