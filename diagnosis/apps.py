"""Registers the room with Django, and its checks."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DiagnosisConfig(AppConfig):
    """Cases, the catalogue they are answered from, and the engine that answers."""

    name = "diagnosis"
    verbose_name = _("Diagnosis")

    def ready(self) -> None:
        from diagnosis import checks  # noqa: F401, PLC0415 - registers itself
