"""What the person tells us afterwards."""

from django.db import models
from django.template.defaultfilters import yesno
from django.utils.translation import gettext_lazy as _

from diagnosis.models.case import Case


class Feedback(models.Model):
    """Whether the answer helped, and whether we may learn from it; it goes when the case goes."""

    case = models.OneToOneField(Case, models.CASCADE, related_name="feedback")
    helpful = models.BooleanField(_("helpful"))
    comment = models.CharField(_("comment"), max_length=500, blank=True)
    may_train = models.BooleanField(_("may be used to teach"), default=False)  # asked for by itself, never assumed
    handled = models.BooleanField(_("handled"), default=False)  # somebody at the desk has read it
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        ordering = ["handled", "-created_at"]
        verbose_name = _("feedback")
        verbose_name_plural = _("feedback")

    def __str__(self) -> str:
        return f"{self.case}: {yesno(self.helpful)}"
