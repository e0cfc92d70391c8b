"""What was answered to a case: whether the model judged, and what it considered."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from diagnosis.models.case import Case
from diagnosis.models.catalogue import Disease
from diagnosis.models.model_version import ModelVersion


class Diagnosis(models.Model):
    """What one model version answered to one case."""

    class Reason(models.TextChoices):
        """Why it did not judge."""

        UNCERTAIN = "uncertain", _("No answer stands out in this photo.")
        BLANK = "blank", _("There is hardly anything to see in this photo.")
        BLURRED = "blurred", _("The photo is blurred.")
        DARK = "dark", _("The photo is too dark.")
        GLARE = "glare", _("The photo is too bright.")
        OUT_OF_SCOPE = "out_of_scope", _("This photo does not look like what was chosen.")

    case = models.ForeignKey(Case, models.CASCADE, related_name="diagnoses")
    model_version = models.ForeignKey(ModelVersion, models.PROTECT, related_name="diagnoses")
    abstained = models.BooleanField(default=False)
    reason = models.CharField(max_length=16, choices=Reason, blank=True)
    in_scope = models.BooleanField(default=True)
    prediction_set = models.JSONField(default=list)  # labels; empty: it cannot be narrowed down
    dangerous = models.FloatField(null=True)  # calibrated, that any dangerous label holds; None: not measured
    faithful = models.BooleanField(default=True)  # False: the heat map failed its own check and is not shown
    steady = models.BooleanField(default=True)  # False: a little more light would change the answer
    hints = models.JSONField(default=list)  # codes for a better photo
    lookalikes = models.JSONField(default=list)  # pairs of label and count among the nearest confirmed cases
    outline = models.JSONField(null=True)  # of the lesion, in parts of width and height; None: none was drawn
    milliseconds = models.FloatField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        verbose_name, verbose_name_plural = _("diagnosis"), _("diagnoses")
        constraints = [
            models.UniqueConstraint(fields=["case", "model_version"], name="one_diagnosis_per_case_and_version"),
            models.CheckConstraint(condition=Q(abstained=True) ^ Q(reason=""), name="abstaining_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.case}: {self.model_version}"

    @property
    def top(self) -> "Candidate | None":
        """The most probable candidate; None when the model abstained."""
        return None if self.abstained else next(iter(self.candidates.all()), None)

    @property
    def pointed_out(self) -> bool:
        """Whether it is as likely a dangerous growth as those that were pointed out in tests."""
        least = self.model_version.card.get("dangerous", {}).get("threshold")
        return least is not None and self.dangerous is not None and self.dangerous >= least


class Candidate(models.Model):
    """A disease a diagnosis considers; rank 1 is the most probable."""

    diagnosis = models.ForeignKey(Diagnosis, models.CASCADE, related_name="candidates")
    disease = models.ForeignKey(Disease, models.PROTECT, related_name="candidates")
    rank = models.PositiveSmallIntegerField()
    probability = models.FloatField()  # calibrated, in [0, 1]
    alert = models.BooleanField(default=False)  # probable enough to act on, whatever its rank

    class Meta:
        ordering = ["rank"]
        verbose_name, verbose_name_plural = _("candidate"), _("candidates")
        constraints = [
            models.UniqueConstraint(fields=["diagnosis", "rank"], name="one_candidate_per_rank"),
            models.UniqueConstraint(fields=["diagnosis", "disease"], name="one_candidate_per_disease"),
            models.CheckConstraint(condition=Q(rank__gte=1), name="rank_from_1"),
            models.CheckConstraint(condition=Q(probability__range=(0, 1)), name="probability_in_0_1"),
        ]

    def __str__(self) -> str:
        return f"{self.rank}. {self.disease} {self.probability:.2f}"
