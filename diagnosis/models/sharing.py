"""A case in somebody else's hands, for a while: the link, what the clinic found, and what of it may be counted."""

import hashlib
from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from diagnosis.models.case import Case
from diagnosis.models.catalogue import Disease

LINK_DAYS = 7  # no link lives longer
LINK_CHANGES = 20  # how often one link may tick: enough for a change of mind, too few for a flood


def digest_of(token: str) -> str:
    """What is kept of a link's token: who reads the database cannot open the link."""
    return hashlib.sha256(token.encode()).hexdigest()


class ShareLinkQuerySet(models.QuerySet["ShareLink"]):
    """Reads of many links."""

    def living(self) -> "ShareLinkQuerySet":
        """Those that open: neither they nor their cases are past their time."""
        now = timezone.now()
        return self.filter(expires_at__gt=now, case__expires_at__gt=now)

    def opened_by(self, token: str) -> "ShareLinkQuerySet":
        """The link of this token, if it still opens."""
        return self.living().filter(digest=digest_of(token))


class ShareLink(models.Model):
    """Opens one case to whoever holds it; a case has one link, and a new one replaces it."""

    case = models.OneToOneField(Case, models.CASCADE, related_name="share_link")
    digest = models.CharField(max_length=64, unique=True, editable=False)  # SHA-256 of the token, in hex
    changes = models.PositiveSmallIntegerField(default=0)  # how often it has ticked
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()

    objects = ShareLinkQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("share link"), _("share links")
        constraints = [
            models.CheckConstraint(condition=Q(changes__lte=LINK_CHANGES), name="a_link_ticks_a_few_times"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    @staticmethod
    def longest() -> timedelta:
        """How long a link may live."""
        return timedelta(days=LINK_DAYS)


class Outcome(models.Model):
    """One confirmed answer as a figure: it says nothing about whom, and stays when the case's time is over."""

    task = models.CharField(_("task"), max_length=40)
    version = models.CharField(_("version"), max_length=40)
    answered = models.ForeignKey(
        Disease, models.PROTECT, null=True, related_name="+", verbose_name=_("answered")
    )  # None: it did not judge
    confirmed = models.ForeignKey(
        Disease, models.PROTECT, null=True, related_name="+", verbose_name=_("found")
    )  # None: something else
    month = models.DateField(_("month"))  # its first day: the day itself could point at somebody

    class Meta:
        ordering = ["-month", "pk"]
        verbose_name = _("outcome")
        verbose_name_plural = _("outcomes")

    def __str__(self) -> str:
        return f"{self.task} {self.version}: {self.answered_id} / {self.confirmed_id}"

    @property
    def right(self) -> bool:
        """Whether the first answer was what the clinic found."""
        return self.answered_id is not None and self.answered_id == self.confirmed_id


class Confirmation(models.Model):
    """What was found in the end; it goes when the case goes."""

    class By(models.TextChoices):
        """Who says so."""

        CLINIC = "clinic", _("the clinic, through a link")
        OWNER = "owner", _("the owner, after a visit")

    case = models.OneToOneField(Case, models.CASCADE, related_name="confirmation")
    disease = models.ForeignKey(
        Disease, models.PROTECT, null=True, blank=True, related_name="confirmations", verbose_name=_("found")
    )  # None: something that is not on the list
    by = models.CharField(_("by"), max_length=8, choices=By)
    outcome = models.OneToOneField(Outcome, models.SET_NULL, null=True, editable=False, related_name="confirmation")
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    changed_at = models.DateTimeField(_("changed at"), auto_now=True)

    class Meta:
        ordering = ["-changed_at"]
        verbose_name = _("confirmation")
        verbose_name_plural = _("confirmations")
        constraints = [
            models.CheckConstraint(condition=Q(by__in=["clinic", "owner"]), name="confirmed_by_clinic_or_owner"),
        ]

    def __str__(self) -> str:
        return f"{self.case}: {self.disease or '-'}"
