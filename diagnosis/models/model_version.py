"""Which released network gave an answer."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ModelVersion(models.Model):
    """A release as it was when it first answered here; the card says what it can do."""

    task = models.CharField(_("task"), max_length=40)
    version = models.CharField(_("version"), max_length=40)
    card = models.JSONField(_("card"), default=dict)

    class Meta:
        ordering = ["task", "version"]
        verbose_name = _("model version")
        verbose_name_plural = _("model versions")
        constraints = [models.UniqueConstraint(fields=["task", "version"], name="one_row_per_release")]

    def __str__(self) -> str:
        return f"{self.task} {self.version}"
