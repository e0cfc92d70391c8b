"""What passes between pets and people, and what a household can do about it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from diagnosis.models.catalogue import Disease, in_language


class HouseholdAlert(models.Model):
    """What everybody at home should know when this disease is found."""

    class Direction(models.TextChoices):
        """Who at home can catch it."""

        TO_PEOPLE = "to_people", _("People at home can catch it")
        TO_PETS = "to_pets", _("Other pets at home can catch it")
        BOTH = "both", _("People and other pets at home can catch it")

    disease = models.OneToOneField(Disease, models.CASCADE, related_name="household_alert", verbose_name=_("disease"))
    direction = models.CharField(_("who can catch it"), max_length=12, choices=Direction)
    text_ko = models.TextField(_("text, Korean"), max_length=600)
    text_en = models.TextField(_("text, English"), max_length=600)
    source_title = models.CharField(_("source"), max_length=160, blank=True)
    source_url = models.URLField(_("address of the source"), max_length=300, blank=True)
    active = models.BooleanField(
        _("shown"), default=True, help_text=_("A shipped alert is not deleted: take this away.")
    )
    edited = models.BooleanField(
        _("edited here"), default=False, help_text=_("The shipped catalogue no longer changes it.")
    )

    history = HistoricalRecords()

    class Meta:
        ordering = ["disease"]
        verbose_name = _("household alert")
        verbose_name_plural = _("household alerts")
        constraints = [
            models.CheckConstraint(
                condition=Q(direction__in=["to_people", "to_pets", "both"]), name="alert_direction_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.disease}: {self.get_direction_display()}"

    @property
    def text(self) -> str:
        """The sentences in the reader's language."""
        return in_language(self.text_ko, self.text_en)
