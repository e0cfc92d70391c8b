"""The room's tables, one file for each subject."""

from diagnosis.models.case import Case, Photo
from diagnosis.models.catalogue import BodySite, Department, Disease, Species, Urgency
from diagnosis.models.diagnosis import Candidate, Diagnosis
from diagnosis.models.feedback import Feedback
from diagnosis.models.model_version import ModelVersion
from diagnosis.models.notes import ConditionNote, Guide, Language

__all__ = [
    "BodySite",
    "Candidate",
    "Case",
    "ConditionNote",
    "Department",
    "Diagnosis",
    "Disease",
    "Feedback",
    "Guide",
    "Language",
    "ModelVersion",
    "Photo",
    "Species",
    "Urgency",
]
