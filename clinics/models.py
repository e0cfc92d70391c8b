"""Clinics and what visitors said about them."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Avg, Count, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinics.geo import Box
from clinics.hours import is_week


class Kind(models.TextChoices):
    VET = "vet", _("Animal clinic")
    CLINIC = "clinic", _("Clinic for people")


class Department(models.TextChoices):
    OPHTHALMOLOGY = "ophthalmology", _("Eye care")
    DERMATOLOGY = "dermatology", _("Skin care")


class ClinicQuerySet(models.QuerySet["Clinic"]):
    def inside(self, box: Box) -> "ClinicQuerySet":
        """Clinics inside a box; both ranges are read from the (lat, lng) index."""
        lng = Q()
        for west, east in box.longitudes:
            lng |= Q(lng__range=(west, east))
        return self.filter(lng, lat__range=(box.south, box.north))

    def offering(self, *, kind: str = "", departments: Sequence[str] = ()) -> "ClinicQuerySet":
        """Vets see eyes and skin alike and their register names no departments: only people's clinics are narrowed."""
        rows = self.filter(closed=False)
        rows = rows.filter(kind=kind) if kind else rows
        for department in departments:
            rows = rows.filter(Q(**{department: True}) | Q(kind=Kind.VET))
        return rows


class Clinic(models.Model):
    """A place that sees animals or people; one row per provider and the provider's own id."""

    provider = models.CharField(_("provider"), max_length=40)
    external_id = models.CharField(_("external id"), max_length=120)
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    address = models.CharField(_("address"), max_length=300, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    lat = models.FloatField(_("latitude"), validators=[MinValueValidator(-90), MaxValueValidator(90)])
    lng = models.FloatField(_("longitude"), validators=[MinValueValidator(-180), MaxValueValidator(180)])
    departments = models.CharField(_("departments, as the source words them"), max_length=600, blank=True)
    ophthalmology = models.BooleanField(_("eye care"), default=False)
    dermatology = models.BooleanField(_("skin care"), default=False)
    hours = models.JSONField(_("hours"), null=True, blank=True)  # see clinics.hours; null = unknown
    hours_from_name = models.BooleanField(_("hours only claimed by its name"), default=False)
    source_rating = models.FloatField(
        _("rating in the source"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    source_ratings = models.PositiveIntegerField(_("ratings in the source"), default=0)
    rating = models.FloatField(_("rating"), null=True, blank=True, editable=False)  # shown: source and visits
    ratings = models.PositiveIntegerField(_("ratings"), default=0, editable=False)
    closed = models.BooleanField(
        _("closed for good"), default=False, help_text=_("No search finds it. A deleted one would be imported again.")
    )
    edited = models.BooleanField(_("edited here"), default=False, help_text=_("The import no longer changes it."))
    fetched_at = models.DateTimeField(_("fetched at"), default=timezone.now)

    objects = ClinicQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name, verbose_name_plural = _("clinic"), _("clinics")
        # what follows the place rides along so that a search is answered from the index alone
        indexes = [
            models.Index(fields=["lat", "lng", "kind", "closed", "rating", "ratings"], name="clinic_lat_lng"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["provider", "external_id"], name="one_clinic_per_provider_and_id"),
            models.CheckConstraint(condition=Q(lat__range=(-90, 90)), name="clinic_lat_in_range"),
            models.CheckConstraint(condition=Q(lng__range=(-180, 180)), name="clinic_lng_in_range"),
            models.CheckConstraint(
                condition=Q(rating__isnull=True) | Q(rating__range=(1, 5)), name="clinic_rating_1_to_5"
            ),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="clinic_kind_known"),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.hours is not None and not is_week(self.hours):
            raise ValidationError({"hours": _("Hours are seven lists of [opens, closes] in minutes, Monday first.")})

    def refresh_rating(self) -> None:
        """Weigh the source's rating and the approved visits by how many people stand behind each."""
        seen = self.visits.filter(state=Visit.State.APPROVED).aggregate(mean=Avg("stars"), count=Count("pk"))
        known = self.source_ratings or 1 if self.source_rating is not None else 0
        self.ratings = known + seen["count"]
        total = (self.source_rating or 0) * known + (seen["mean"] or 0) * seen["count"]
        self.rating = round(total / self.ratings, 2) if self.ratings else None
        self.save(update_fields=["rating", "ratings"])


class Alias(models.Model):
    """A provider's id that means another row since two rows were merged; the import no longer brings it back."""

    clinic = models.ForeignKey(Clinic, models.CASCADE, related_name="aliases")
    provider = models.CharField(max_length=40)
    external_id = models.CharField(max_length=120)

    class Meta:
        verbose_name, verbose_name_plural = _("other number"), _("other numbers")
        constraints = [models.UniqueConstraint(fields=["provider", "external_id"], name="one_alias_per_id")]

    def __str__(self) -> str:
        return f"{self.provider}:{self.external_id}"


class Visit(models.Model):
    """One visitor's rating of one clinic; counted only after a person has approved it."""

    class State(models.TextChoices):
        PENDING = "pending", _("Waiting")
        APPROVED = "approved", _("Approved")
        REJECTED = "rejected", _("Rejected")

    clinic = models.ForeignKey(Clinic, models.CASCADE, related_name="visits", verbose_name=_("clinic"))
    case_hash = models.CharField(max_length=64, unique=True, editable=False)  # keyed hash: it leads to no case
    stars = models.PositiveSmallIntegerField(_("stars"))
    comment = models.CharField(_("comment"), max_length=500, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PENDING)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        ordering = ["-created_at"]
        verbose_name, verbose_name_plural = _("visit"), _("visits")
        constraints = [models.CheckConstraint(condition=Q(stars__range=(1, 5)), name="visit_stars_1_to_5")]

    def __str__(self) -> str:
        return f"{self.stars}/5"
