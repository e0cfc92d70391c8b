"""A labelled place for a sponsor; there is none until an editor makes one and switches it on."""

from django.core.validators import URLValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from diagnosis.models.catalogue import Species, in_language


class SponsorQuerySet(models.QuerySet["Sponsor"]):
    """Reads of many sponsors."""

    def running(self) -> "SponsorQuerySet":
        """Those that are switched on and within their dates."""
        today = timezone.localdate()
        begun = Q(starts_on__isnull=True) | Q(starts_on__lte=today)
        return self.filter(begun, Q(ends_on__isnull=True) | Q(ends_on__gte=today), active=True)


class Sponsor(models.Model):
    """Words and at most one small picture, kept here: nothing of it is loaded from elsewhere."""

    name = models.CharField(_("sponsor"), max_length=80)
    text_ko = models.CharField(_("text, Korean"), max_length=200)
    text_en = models.CharField(_("text, English"), max_length=200)
    picture = models.BinaryField(_("picture"), blank=True, default=bytes)  # a small JPEG, rebuilt from its pixels
    link = models.URLField(_("link"), max_length=300, blank=True, validators=[URLValidator(schemes=["https"])])
    species = models.ForeignKey(
        Species, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("only for this species")
    )
    active = models.BooleanField(_("switched on"), default=False)
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("until"), null=True, blank=True)

    objects = SponsorQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("sponsor slot")
        verbose_name_plural = _("sponsor slots")

    def __str__(self) -> str:
        return self.name

    @property
    def text(self) -> str:
        """The words in the reader's language."""
        return in_language(self.text_ko, self.text_en)
