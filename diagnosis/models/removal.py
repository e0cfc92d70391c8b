"""The proof that photos go on time: when a round removed something, and how much."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Removal(models.Model):
    """One round; numbers only, nothing about anybody."""

    at = models.DateTimeField(_("at"), auto_now_add=True)
    cases = models.PositiveIntegerField(_("expired cases"))
    files = models.PositiveIntegerField(_("files that nobody owned"))

    class Meta:
        ordering = ["-at"]
        verbose_name = _("removal")
        verbose_name_plural = _("removals")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}: {self.cases}"
