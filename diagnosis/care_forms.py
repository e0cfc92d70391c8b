"""The questions after the answer: whom it is about, what was found, and whether it helped."""

from typing import Any

from django import forms
from django.contrib.auth import authenticate, get_user_model
from django.contrib.auth.forms import PasswordChangeForm, UserCreationForm
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from diagnosis.fields import LinesField
from diagnosis.models import KEEP_DAYS, Case, Disease, Patient
from diagnosis.models.patient import PatientQuerySet
from diagnosis.models.sharing import LINK_DAYS

REMIND_DAYS = (1, 3, 7, 14)
SOMETHING_ELSE = "other"


class KeepForm(forms.Form):
    """For how many days a case is kept; nothing is chosen beforehand."""

    days = forms.TypedChoiceField(
        label=_("Keep until"), coerce=int, choices=[(days, str(days)) for days in KEEP_DAYS], widget=forms.RadioSelect,
        error_messages={"required": _("Please choose until when it is kept.")},
    )  # fmt: skip


class PatientForm(forms.ModelForm):
    """Who a pet or a person is, as far as the owner wants to say."""

    class Meta:
        model = Patient
        fields = ["name", "species", "breed", "birth_year", "sex"]

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        for name, hint in (("name", "off"), ("breed", "off"), ("birth_year", "off")):
            self.fields[name].widget.attrs["autocomplete"] = hint
        self.fields["species"].empty_label = None  # type: ignore[attr-defined]
        self.fields["sex"].choices = [("", "–"), *Case.Sex.choices]  # type: ignore[attr-defined]

    def clean_birth_year(self) -> int | None:
        year: int | None = self.cleaned_data["birth_year"]
        if year is not None and not 1900 <= year <= timezone.localdate().year:
            raise forms.ValidationError(_("Please write the year of birth with four digits, such as 2019."))
        return year


class TimelineForm(forms.Form):
    """Whom a case is about: one of the visitor's patients of that species, or nobody."""

    patient = forms.ModelChoiceField(
        Patient.objects.none(), label=_("Who is it?"), to_field_name="token", required=False,
        empty_label=_("Nobody in particular"),
    )  # fmt: skip

    def __init__(self, *arguments: Any, patients: PatientQuerySet, case: Case, **options: Any) -> None:
        super().__init__(*arguments, **options)
        field = self.fields["patient"]
        field.queryset = patients.filter(species=case.species)  # type: ignore[attr-defined]
        field.label_from_instance = lambda patient: patient.name  # type: ignore[attr-defined]


class ShareForm(forms.Form):
    """How long a link opens the case."""

    days = forms.TypedChoiceField(
        label=_("The link works for"), coerce=int, initial=1, choices=[(1, _("1 day")), (LINK_DAYS, _("7 days"))]
    )


class ConfirmForm(forms.Form):
    """What was found: one of the diseases that were possible, or something else."""

    found = forms.ChoiceField(
        label=_("What was found?"), widget=forms.RadioSelect,
        error_messages={"required": _("Please choose what was found.")},
    )  # fmt: skip

    def __init__(self, *arguments: Any, case: Case, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.diseases = {disease.code: disease for disease in Disease.objects.of_pair(case.species, case.body_site)}
        names = [(code, disease.name) for code, disease in self.diseases.items()]
        self.fields["found"].choices = [*names, (SOMETHING_ELSE, _("Something else"))]  # type: ignore[attr-defined]

    @property
    def disease(self) -> Disease | None:
        """What was chosen; None is something that is not on the list."""
        return self.diseases.get(self.cleaned_data["found"])


class MoreFeedbackForm(forms.Form):
    """A sentence, and the consent that is asked for by itself."""

    comment = LinesField(label=_("Anything you want to tell us?"), max_length=500, required=False,
                         widget=forms.Textarea(attrs={"rows": 3}))  # fmt: skip
    may_train = forms.BooleanField(
        label=_("Walness may learn from these photos once a clinic has confirmed what it was"), required=False
    )


class SignUpForm(UserCreationForm):
    """A name and a password; an e-mail address is optional."""

    email = forms.EmailField(
        label=_("E-mail address (optional)"), required=False, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )

    class Meta(UserCreationForm.Meta):
        model = get_user_model()
        fields = ("username", "email")


class NewPasswordForm(PasswordChangeForm):
    """The password of now and twice a new one; a wrong one counts like a wrong one at the log-in."""

    error_messages = PasswordChangeForm.error_messages | {
        "password_incorrect": _("This is not your password. Please enter it again."),
    }

    old_password = forms.CharField(
        label=_("Your password now"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    new_password1, new_password2 = PasswordChangeForm.create_password_fields(
        _("New password"), _("The new password once more")
    )
    new_password2.help_text = ""  # Django's "the same as before" would read as the old one

    def __init__(self, request: HttpRequest, *arguments: Any, **options: Any) -> None:
        super().__init__(request.user, *arguments, **options)  # type: ignore[arg-type]
        self.request = request

    def clean_old_password(self) -> str:
        password: str = self.cleaned_data["old_password"]
        if authenticate(self.request, username=self.user.get_username(), password=password) is None:
            raise forms.ValidationError(self.error_messages["password_incorrect"], code="password_incorrect")
        return password


class CloseAccountForm(NewPasswordForm):
    """The password of now: whoever finds an open browser deletes nothing with it."""

    new_password1 = new_password2 = None  # type: ignore[assignment]
