"""Whether what was found passes between pets and people at home."""

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
