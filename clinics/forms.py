"""Answers about where and what become a question; numbers that are none end here with a sentence."""

from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinics import visits
from clinics.geo import coarse
from clinics.models import Clinic, Department, Kind, Visit
from clinics.search import Question

MAX_RADIUS_KM = 50
PAGE = 20  # rows; "more results" adds as many
MAX_PAGES = 10
RADII = [1, 2, 5, 10, 20, 50]
KOREA = ZoneInfo("Asia/Seoul")  # where the clinics keep their hours, wherever the server stands
DEFAULTS = {"kind": "vet", "sort": "distance", "radius_km": "5", "page": "1"}


def _number(low: float, high: float, sentence: Any, **options: Any) -> forms.FloatField:
    """A finite number; whatever is wrong with it is told in the same sentence."""
    messages = dict.fromkeys(["invalid", "min_value", "max_value"], sentence)
    return forms.FloatField(required=False, min_value=low, max_value=high, error_messages=messages, **options)


def _flag() -> forms.BooleanField:
    """On or off; a box that is not ticked is absent, a program says 0 or false."""
    return forms.BooleanField(required=False, widget=forms.HiddenInput)


def _choice(choices: Any, sentence: Any) -> forms.ChoiceField:
    return forms.ChoiceField(choices=choices, required=False, error_messages={"invalid_choice": sentence})


class SearchForm(forms.Form):
    """Where, how far, what and in which order; absent answers take their defaults."""

    q = forms.CharField(
        max_length=80, required=False, error_messages={"max_length": _("Please search with at most 80 characters.")}
    )
    lat = _number(-90, 90, _("The latitude must be a number from −90 to 90."))
    lng = _number(-180, 180, _("The longitude must be a number from −180 to 180."))
    radius_km = _number(0.1, MAX_RADIUS_KM, _("The radius must be a number of kilometres from 0.1 to 50."))
    kind = _choice(Kind.choices, _("Please choose vet or clinic."))
    sort = _choice([("distance", _("Nearest")), ("rating", _("Top rated"))], _("Please sort by distance or rating."))
    department = forms.MultipleChoiceField(
        choices=Department.choices,
        required=False,
        error_messages={"invalid_choice": _("Please choose ophthalmology or dermatology.")},
    )
    open_now = _flag()
    all_hours = _flag()
    urgency = _choice([(code, code) for code in ("watch", "days", "today")], _("Please choose watch, days or today."))
    page = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=MAX_PAGES,
        error_messages=dict.fromkeys(
            ["invalid", "min_value", "max_value"], _("The page must be a whole number from 1 to 10.")
        ),
    )

    def __init__(self, answers: QueryDict) -> None:
        filled = answers.copy()
        for name, value in DEFAULTS.items():
            if not filled.get(name):
                filled[name] = value
        if filled.get("department") == "":  # ?department= means any
            filled.pop("department")
        super().__init__(filled)

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        if not self.errors and (answers["lat"] is None) != (answers["lng"] is None):
            raise ValidationError(_("A place needs both a latitude and a longitude."), code="half_a_place")
        return answers

    def sentence(self) -> str:
        """The first thing that is wrong."""
        return str(next(iter(self.errors.values()))[0])

    def point(self) -> tuple[float, float] | None:
        """The place that was sent as coordinates, made coarse; None when it is to be found by its name."""
        lat, lng = self.cleaned_data["lat"], self.cleaned_data["lng"]
        return None if lat is None else (coarse(lat), coarse(lng))

    def question(self, lat: float, lng: float) -> Question:
        answers = self.cleaned_data
        return Question(
            lat=lat,
            lng=lng,
            now=timezone.localtime(timezone=KOREA),
            kind=answers["kind"],
            radius_km=answers["radius_km"],
            sort=answers["sort"],
            departments=tuple(answers["department"]),
            open_now=answers["open_now"],
            all_hours=answers["all_hours"],
            urgent=answers["urgency"] == "today",
            limit=PAGE * answers["page"],
        )


class VisitForm(forms.Form):
    """A rating of a clinic that the holder of a case has visited."""

    ref = forms.CharField(max_length=300)
    clinic = forms.ModelChoiceField(
        Clinic.objects.all(), error_messages=dict.fromkeys(["required", "invalid_choice"], _("Please choose a clinic."))
    )
    stars = forms.TypedChoiceField(
        coerce=int,
        choices=[(stars, str(stars)) for stars in range(1, 6)],
        error_messages=dict.fromkeys(["required", "invalid_choice"], _("Please give one to five stars.")),
    )
    comment = forms.CharField(
        max_length=500, required=False, error_messages={"max_length": _("Please use at most 500 characters.")}
    )

    def clean_ref(self) -> str:
        """The keyed hash of a case that has not rated yet."""
        case_hash = visits.case_hash_of(self.cleaned_data["ref"])
        if case_hash is None:
            raise ValidationError(_("This link is no longer good. Please open it again from your result."))
        if Visit.objects.filter(case_hash=case_hash).exists():
            raise ValidationError(_("You have already rated a clinic for this result. Thank you."))
        return case_hash
