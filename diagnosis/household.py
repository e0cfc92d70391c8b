"""Whether what was found passes between pets and people at home."""

from collections.abc import Iterable
from typing import Any

from diagnosis.models import Case, HouseholdAlert

LIKELY = 0.3  # from here on a household can act on it, whatever comes first


def alerts_for(case: Case) -> list[HouseholdAlert]:
    """The alerts of every disease this answer makes likely; none when the photo could not be judged at all."""
    diagnosis = case.diagnosis
    if diagnosis is None or diagnosis.reason not in ("", "uncertain"):
        return []
    likely = [
        candidate.disease
        for candidate in diagnosis.candidates.all()
        if candidate == diagnosis.top or candidate.alert or candidate.probability >= LIKELY
    ]
    alerts = [getattr(disease, "household_alert", None) for disease in likely]
    return [alert for alert in alerts if alert is not None and alert.active]


def told_once(alerts: Iterable[HouseholdAlert]) -> list[dict[str, Any]]:
    """What the page says: the same words stand there once, with the names of all the diseases they are about."""
    told: dict[tuple[str, str], list[HouseholdAlert]] = {}
    for alert in alerts:
        told.setdefault((alert.disease.catching, alert.text), []).append(alert)
    return [{"alert": same[0], "names": ", ".join(str(alert.disease) for alert in same)} for same in told.values()]
