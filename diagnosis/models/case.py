"""A person's question: the photos of one lesion, and whose they are."""

import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.apps import apps
from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Prefetch, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from diagnosis.models.catalogue import BodySite, Species

if TYPE_CHECKING:
    from diagnosis.models.diagnosis import Diagnosis

KEEP_DAYS = (7, 30)  # what an owner may choose instead of the default; nothing is kept longer


def new_token() -> str:
    """192 random bits: nobody guesses the address of a case."""
    return secrets.token_urlsafe(24)


def end_of_life() -> datetime:
    """When a case that begins now is removed."""
    return timezone.now() + timedelta(hours=settings.CASE_HOURS)


def theirs(owner: str, account: int | None) -> Q:
    """What is in one account, and what one browser has in no account; nothing without either."""
    own = Q(account=account) if account else Q(pk__in=[])
    return own | Q(owner=owner, account=None) if owner else own


class CaseQuerySet(models.QuerySet["Case"]):
    """Reads of many cases."""

    def owned_by(self, owner: str, account: int | None = None) -> "CaseQuerySet":
        """The living cases of one visitor."""
        return self.living().filter(theirs(owner, account))

    def living(self) -> "CaseQuerySet":
        """Those whose time is not over."""
        return self.filter(expires_at__gt=timezone.now())

    def expired(self) -> "CaseQuerySet":
        """Those whose time is over."""
        return self.filter(expires_at__lte=timezone.now())

    def whole(self) -> "CaseQuerySet":
        """With all that a list of cases shows, in a fixed number of queries."""
        pair = self.select_related("species", "body_site", "patient", "share_link", "feedback", "confirmation__disease")
        # Their pair is the case's own: to join it for each disease took 2 of 16 ms of a result page.
        candidates = apps.get_model("diagnosis", "Candidate").objects.select_related("disease__household_alert")
        diagnoses = apps.get_model("diagnosis", "Diagnosis").objects.select_related("model_version")
        answers = Prefetch("diagnoses", diagnoses.prefetch_related(Prefetch("candidates", candidates)))
        return pair.prefetch_related("photos", answers)


class Case(models.Model):
    """Photos of one lesion, and who may see them: the browser that sent them."""

    class Sex(models.TextChoices):
        """As far as it matters to the answer."""

        FEMALE = "female", _("Female")
        MALE = "male", _("Male")

    class Place(models.TextChoices):
        """Where on a person's skin."""

        HEAD = "head", _("Head or neck")
        TRUNK = "trunk", _("Chest, belly or back")
        ARM = "arm", _("Arm")
        HAND = "hand", _("Hand")
        LEG = "leg", _("Leg")
        FOOT = "foot", _("Foot")

    token = models.CharField(max_length=32, unique=True, default=new_token, editable=False)
    owner = models.CharField(max_length=64, db_index=True, editable=False)  # random, of one browser
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="cases", editable=False
    )  # when its owner has one and wants the case there
    patient = models.ForeignKey(
        "diagnosis.Patient", models.SET_NULL, null=True, blank=True, related_name="cases", editable=False
    )
    species = models.ForeignKey(Species, models.PROTECT, related_name="cases", verbose_name=_("species"))
    body_site = models.ForeignKey(BodySite, models.PROTECT, related_name="cases", verbose_name=_("body site"))
    age = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MaxValueValidator(120)])
    sex = models.CharField(max_length=8, choices=Sex, blank=True)
    site = models.CharField(max_length=16, choices=Place, blank=True)
    once = models.CharField(
        max_length=64, unique=True, null=True, editable=False
    )  # the same form sent twice has it twice
    consented_at = models.DateTimeField(null=True, editable=False)  # to the use of a photo of a person's health
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    expires_at = models.DateTimeField(_("removed at"), default=end_of_life, db_index=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        constraints = [
            models.CheckConstraint(condition=~Q(token=""), name="case_has_a_token"),
            models.CheckConstraint(condition=~Q(owner=""), name="case_has_an_owner"),
            models.CheckConstraint(condition=Q(age__isnull=True) | Q(age__lte=120), name="age_is_at_most_120"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"  # no token and nothing about the person: this text reaches logs

    def get_absolute_url(self) -> str:
        return reverse("diagnosis:case_detail", args=[self.token])

    @property
    def diagnosis(self) -> "Diagnosis | None":
        """The newest answer."""
        return max(self.diagnoses.all(), key=lambda diagnosis: diagnosis.pk, default=None)

    def kept_until(self, days: int) -> datetime:
        """When it goes, if it is kept for so many days from its beginning."""
        return self.created_at + timedelta(days=days)


class Photo(models.Model):
    """One picture of the lesion, rebuilt from its pixels, and where its evidence lies."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="photos")
    number = models.PositiveSmallIntegerField()  # 1, 2, 3 in the order they were chosen
    image = models.FileField(max_length=60)  # JPEG
    heatmap = models.FileField(max_length=60, blank=True)  # 8-bit PNG, stretched over the photo
    width = models.PositiveIntegerField()  # pixels
    height = models.PositiveIntegerField()
    quality = models.JSONField(default=dict)

    class Meta:
        ordering = ["number"]
        verbose_name, verbose_name_plural = _("photo"), _("photos")
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="one_photo_per_number"),
            models.CheckConstraint(condition=Q(number__gte=1), name="photo_number_from_1"),
        ]

    def __str__(self) -> str:
        return f"{self.case} #{self.number}"

    @property
    def image_url(self) -> str:
        """Where the case's owner sees the photo."""
        return reverse("diagnosis:case_photo", args=[self.case.token, self.number])

    @property
    def heatmap_url(self) -> str:
        """Where the case's owner sees the heat map; empty when there is none."""
        return reverse("diagnosis:case_heatmap", args=[self.case.token, self.number]) if self.heatmap else ""
