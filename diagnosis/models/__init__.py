"""The room's tables, one file for each subject."""

from diagnosis.models.case import KEEP_DAYS, Case, Photo
from diagnosis.models.catalogue import BodySite, Department, Disease, Species, Urgency
from diagnosis.models.diagnosis import Candidate, Diagnosis
from diagnosis.models.feedback import Feedback
from diagnosis.models.household import HouseholdAlert
from diagnosis.models.model_version import ModelVersion
from diagnosis.models.notes import ConditionNote, Guide, Language
from diagnosis.models.patient import Patient
from diagnosis.models.removal import Removal
from diagnosis.models.sharing import Confirmation, Outcome, ShareLink
from diagnosis.models.sponsor import Sponsor

__all__ = [
    "KEEP_DAYS",
    "BodySite",
    "Candidate",
    "Case",
    "ConditionNote",
    "Confirmation",
    "Department",
    "Diagnosis",
    "Disease",
    "Feedback",
    "Guide",
    "HouseholdAlert",
    "Language",
    "ModelVersion",
    "Outcome",
    "Patient",
    "Photo",
    "Removal",
    "ShareLink",
    "Species",
    "Sponsor",
    "Urgency",
]
