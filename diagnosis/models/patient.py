"""Whom the cases are about, for those who follow something up."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from diagnosis.models.case import Case, new_token, theirs
from diagnosis.models.catalogue import Species


class PatientQuerySet(models.QuerySet["Patient"]):
    """Reads of many patients."""

    def of_visitor(self, owner: str, account: int | None = None) -> "PatientQuerySet":
        """Those of one visitor."""
        return self.filter(theirs(owner, account))

    def deserted(self) -> "PatientQuerySet":
        """Those without an account whose cases are all gone; a new one gets a day to find its first case."""
        since = timezone.now() - timedelta(hours=settings.CASE_HOURS)
        return self.filter(account__isnull=True, cases__isnull=True, created_at__lte=since)


class Patient(models.Model):
    """A pet or a person with a name; belongs to a browser or to an account."""

    token = models.CharField(max_length=32, unique=True, default=new_token, editable=False)
    owner = models.CharField(max_length=64, db_index=True, editable=False)  # random, of one browser
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="patients", editable=False
    )
    name = models.CharField(_("name"), max_length=40)
    species = models.ForeignKey(Species, models.PROTECT, related_name="patients", verbose_name=_("species"))
    breed = models.CharField(_("breed"), max_length=60, blank=True)
    birth_year = models.PositiveSmallIntegerField(_("year of birth"), null=True, blank=True)
    sex = models.CharField(_("sex"), max_length=8, choices=Case.Sex, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PatientQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name, verbose_name_plural = _("timeline"), _("timelines")
        constraints = [
            models.CheckConstraint(condition=~Q(owner=""), name="patient_has_an_owner"),
            models.CheckConstraint(
                condition=Q(birth_year__isnull=True) | Q(birth_year__range=(1900, 2100)),
                name="birth_year_is_a_year",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"  # the name is the owner's: this text reaches logs

    def get_absolute_url(self) -> str:
        return reverse("diagnosis:patient_detail", args=[self.token])
