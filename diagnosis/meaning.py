"""What an answer's numbers meant in tests, read from the card of the model that answered."""

from typing import Any

from diagnosis.models import Candidate, Diagnosis

SHOWN = 4  # candidates that stay unfolded where the model names no set
FEW = 6  # so many are not worth folding


def meaning_of(diagnosis: Diagnosis | None) -> dict[str, Any]:
    """The candidates, parted into those to reckon with and the rest, and what such numbers were worth in tests."""
    if diagnosis is None:
        return {"candidates": [], "among": [], "others": []}
    candidates = list(diagnosis.candidates.all())
    among = [one for one in candidates if one.disease.code in diagnosis.prediction_set]
    shown = among or (candidates if len(candidates) <= FEW else candidates[:SHOWN])
    return {
        "candidates": candidates,
        "among": among,
        "shown": shown,
        "others": [one for one in candidates if one not in shown],
        "tested": _tested(diagnosis, diagnosis.top),
    }


def _tested(diagnosis: Diagnosis, top: Candidate | None) -> dict[str, int]:
    """Counts out of 100 test photos; what was not measured is absent."""
    card = diagnosis.model_version.card
    measured, dangerous = card.get("measured", {}), card.get("dangerous", {})
    figures = {
        "photos": measured.get("n"),
        "held": _of_100(measured.get("metrics", {}).get("coverage90", {}).get("value")),
        "right": _of_100(measured.get("per_class", {}).get(top.disease.code, {}).get("precision")) if top else None,
        "caught": _of_100(dangerous.get("recall")),
    }
    return {name: figure for name, figure in figures.items() if figure is not None}


def _of_100(share: float | None) -> int | None:
    return None if share is None else round(100 * share)
