"""What can be looked at, and what it can turn out to be."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords


class Urgency(models.TextChoices):
    """How soon somebody should see it."""

    WATCH = "watch", _("Keep watching")
    DAYS = "days", _("See a clinic within days")
    TODAY = "today", _("See a clinic today")


class Department(models.TextChoices):
    """Who at a clinic knows about it."""

    OPHTHALMOLOGY = "ophthalmology", _("Eye clinic")
    DERMATOLOGY = "dermatology", _("Skin clinic")


class Catching(models.TextChoices):
    """Who can catch it from the patient; empty: nobody."""

    PEOPLE = "people", _("People can catch it")
    PETS = "pets", _("Other pets can catch it")
    BOTH = "both", _("People and other pets can catch it")


class Named(models.Model):
    """Something with a code for programs and a name for people."""

    name_ko = models.CharField(_("Korean name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=80)
    edited = models.BooleanField(
        _("edited here"), default=False, help_text=_("The shipped catalogue no longer changes it.")
    )

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return in_language(self.name_ko, self.name_en)


class Species(Named):
    """Who the patient is: a dog, a cat or a person."""

    code = models.SlugField(_("code"), max_length=16, unique=True)
    rank = models.PositiveSmallIntegerField(_("place in the form"), default=0)

    class Meta:
        ordering = ["rank", "code"]
        verbose_name = _("species")
        verbose_name_plural = _("species")


class BodySite(Named):
    """Where on the body: the eye or the skin."""

    code = models.SlugField(_("code"), max_length=16, unique=True)
    rank = models.PositiveSmallIntegerField(_("place in the form"), default=0)

    class Meta:
        ordering = ["rank", "code"]
        verbose_name = _("body site")
        verbose_name_plural = _("body sites")


class DiseaseQuerySet(models.QuerySet["Disease"]):
    """Reads of many diseases."""

    def of_pair(self, species: Species, body_site: BodySite) -> "DiseaseQuerySet":
        """The diseases of one species at one body site."""
        return self.filter(species=species, body_site=body_site)

    def of_task(self, task: str) -> "DiseaseQuerySet":
        """The diseases of a task by the workshop's name for it: ``dog_eye``."""
        species, _underscore, body_site = task.partition("_")
        return self.filter(species__code=species, body_site__code=body_site)

    def with_pair(self) -> "DiseaseQuerySet":
        """With species and body site in the same query."""
        return self.select_related("species", "body_site")


class Disease(Named):
    """One possible answer; its code is the label in the model cards."""

    species = models.ForeignKey(Species, models.PROTECT, related_name="diseases", verbose_name=_("species"))
    body_site = models.ForeignKey(BodySite, models.PROTECT, related_name="diseases", verbose_name=_("body site"))
    code = models.SlugField(_("code"), max_length=60)
    urgency = models.CharField(_("urgency"), max_length=8, choices=Urgency)
    urgency_reason_ko = models.CharField(_("reason, Korean"), max_length=300)
    urgency_reason_en = models.CharField(_("reason, English"), max_length=300)
    dangerous = models.BooleanField(_("malignant or pre-malignant"), default=False)
    terminology = models.CharField(_("terminology"), max_length=40, blank=True)  # "ICD-10 C43"
    department = models.CharField(_("department"), max_length=16, choices=Department)
    catching = models.CharField(_("catching"), max_length=8, choices=Catching, blank=True)
    sources = models.JSONField(_("sources"), default=list, blank=True, help_text=_("A list of title and url."))

    objects = DiseaseQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["species__rank", "body_site__rank", "code"]
        verbose_name = _("disease")
        verbose_name_plural = _("diseases")
        constraints = [
            models.UniqueConstraint(fields=["species", "body_site", "code"], name="one_disease_per_pair_and_code"),
            models.CheckConstraint(condition=Q(urgency__in=Urgency.values), name="disease_urgency_is_known"),
        ]

    def clean(self) -> None:
        """An editor's source must be one that a page can link to."""
        self.sources = [] if self.sources is None else self.sources
        if not isinstance(self.sources, list) or self.links != self.sources:
            raise ValidationError({"sources": _("Each source needs a title and an address that begins with https://.")})

    @property
    def names_no_illness(self) -> bool:
        """Whether this answer says that nothing stands out."""
        return self.code in ("healthy", "no_finding")

    @property
    def links(self) -> list[dict[str, str]]:
        """The sources as pages may link to them: an address that would run as a script is none."""
        return [source for source in self.sources if _is_link(source)]

    def get_absolute_url(self) -> str:
        pair = [self.species.code, self.body_site.code]
        return reverse("diagnosis:disease_detail", args=[*pair, self.code])

    @property
    def urgency_reason(self) -> str:
        """Why this soon, in one sentence of the reader's language."""
        return in_language(self.urgency_reason_ko, self.urgency_reason_en)


def _is_link(source: Any) -> bool:
    return isinstance(source, dict) and all(source.get(key) for key in ("title", "url")) and _https(source["url"])


def _https(url: Any) -> bool:
    return isinstance(url, str) and url.startswith("https://")


def in_language(korean: str, english: str) -> str:
    """Korean for Korean readers, English for everybody else."""
    return korean if reading_language() == "ko" else english


def reading_language() -> str:
    """The reader's language among those the texts exist in."""
    return "ko" if (get_language() or "ko").startswith("ko") else "en"
