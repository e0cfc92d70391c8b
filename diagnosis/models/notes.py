"""What people read: notes about a disease, and a guide for each species and body site."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from diagnosis.models.catalogue import BodySite, Disease, Species, reading_language

REVIEW = ("state", "reviewed_by", "reviewed_on")  # what a reviewer signs with


class Language(models.TextChoices):
    """The languages every text exists in."""

    KO = "ko", _("Korean")
    EN = "en", _("English")


class Text(models.Model):
    """One sentence a line, in one language."""

    language = models.CharField(_("language"), max_length=2, choices=Language)
    text = models.TextField(_("text"), help_text=_("One sentence a line; plain text."))
    edited = models.BooleanField(
        _("edited here"), default=False, help_text=_("The shipped catalogue no longer changes it.")
    )

    class Meta:
        abstract = True

    @property
    def lines(self) -> list[str]:
        """The sentences, without empty lines."""
        return [line.strip() for line in self.text.splitlines() if line.strip()]


class ConditionNoteQuerySet(models.QuerySet["ConditionNote"]):
    """Reads of many notes."""

    def for_reader(self) -> "ConditionNoteQuerySet":
        """Those in the reader's language."""
        return self.filter(language=reading_language())


class ConditionNote(Text):
    """What people should know about a disease, one topic at a time."""

    class Topic(models.TextChoices):
        """In the order they are read."""

        WHAT = "what", _("What it is")
        CAUSES = "causes", _("Causes")
        SIGNS = "signs", _("Signs")
        HOME_CARE = "home_care", _("What you can do at home")
        AT_CLINIC = "at_clinic", _("What the clinic does")
        RED_FLAGS = "red_flags", _("When it cannot wait")

    class State(models.TextChoices):
        """Whether somebody who knows has read it; a draft is shown, and says that it is one."""

        DRAFT = "draft", _("draft")
        REVIEWED = "reviewed", _("reviewed")

    disease = models.ForeignKey(Disease, models.CASCADE, related_name="notes", verbose_name=_("disease"))
    topic = models.CharField(_("topic"), max_length=12, choices=Topic)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.DRAFT)
    reviewed_by = models.CharField(_("reviewed by"), max_length=80, blank=True)
    reviewed_on = models.DateField(_("reviewed on"), null=True, blank=True)

    objects = ConditionNoteQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["disease", "language", "pk"]
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        constraints = [
            models.UniqueConstraint(fields=["disease", "topic", "language"], name="one_note_per_topic_and_language"),
            models.CheckConstraint(
                condition=~Q(state="reviewed") | (~Q(reviewed_by="") & Q(reviewed_on__isnull=False)),
                name="reviewed_has_name_and_day",
                violation_error_message=_("A reviewed text names who reviewed it, and when."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.disease}: {self.get_topic_display()} ({self.language})"

    def save(self, *arguments: Any, **options: Any) -> None:
        """New words under an old signature are a draft, whoever writes them: a page, a table or a release."""
        before = type(self).objects.filter(pk=self.pk).first() if self.pk else None
        if before and before.lines != self.lines and all(getattr(before, n) == getattr(self, n) for n in REVIEW):
            self.unsign()
        super().save(*arguments, **options)

    def unsign(self) -> None:
        """Nobody has read these words."""
        self.state, self.reviewed_by, self.reviewed_on = self.State.DRAFT, "", None


class Guide(Text):
    """What to know about a species' eye or skin when no photo can be judged."""

    class Topic(models.TextChoices):
        """In the order they are read."""

        SIGNS = "signs", _("What you may notice")
        RED_FLAGS = "red_flags", _("When it cannot wait")
        PHOTO_TIPS = "photo_tips", _("How to take the photo")

    species = models.ForeignKey(Species, models.CASCADE, related_name="guides", verbose_name=_("species"))
    body_site = models.ForeignKey(BodySite, models.CASCADE, related_name="guides", verbose_name=_("body site"))
    topic = models.CharField(_("topic"), max_length=12, choices=Topic)

    history = HistoricalRecords()

    class Meta:
        ordering = ["species", "body_site", "language", "pk"]
        verbose_name = _("guide")
        verbose_name_plural = _("guides")
        constraints = [
            models.UniqueConstraint(
                fields=["species", "body_site", "topic", "language"],
                name="one_guide_per_topic_and_language",
            )
        ]

    def __str__(self) -> str:
        return f"{self.species}, {self.body_site}: {self.get_topic_display()} ({self.language})"
