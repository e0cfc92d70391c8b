"""The verbs that cross tables and files: nothing else writes or removes a case."""

from diagnosis.services.cases import diagnose_photos, submit_case
from diagnosis.services.removal import forget, sweep

__all__ = ["diagnose_photos", "forget", "submit_case", "sweep"]
