"""What the person tells us afterwards."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from diagnosis.models.case import Case
from diagnosis.models.catalogue import Disease


class Feedback(models.Model):
    """Whether the answer helped, and what a clinic found; it goes when the case goes."""

    case = models.OneToOneField(Case, models.CASCADE, related_name="feedback")
    helpful = models.BooleanField(_("helpful"))
    confirmed = models.ForeignKey(
        Disease,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="confirmations",
        verbose_name=_("confirmed at a clinic"),
    )
    comment = models.CharField(_("comment"), max_length=500, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("feedback")
        verbose_name_plural = _("feedback")

    def __str__(self) -> str:
        return f"{self.case}: {'yes' if self.helpful else 'no'}"
