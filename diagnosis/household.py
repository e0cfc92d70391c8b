"""Whether what was found passes between pets and people at home."""

from diagnosis.models import Case, HouseholdAlert

LIKELY = 0.3  # from here on a household can act on it, whatever comes first


def alerts_for(case: Case) -> list[HouseholdAlert]:
    """The alerts of every disease this answer makes likely; none when the photo could not be judged at all."""
    diagnosis = case.diagnosis
    if diagnosis is None or diagnosis.reason not in ("", "uncertain"):
        return []
    likely = [
        candidate.disease_id
        for candidate in diagnosis.candidates.all()
        if candidate == diagnosis.top or candidate.alert or candidate.probability >= LIKELY
    ]
    alerts = HouseholdAlert.objects.filter(active=True, disease__in=likely)
    return sorted(alerts.select_related("disease"), key=lambda alert: likely.index(alert.disease_id))
