"""Answers become objects; untrusted bytes end here."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _
from PIL import Image

from diagnosis import engine, once
from diagnosis.models import BodySite, Case, Species
from ml.inference import UnreadablePhoto, beside, read_photo_apart

Pair = tuple[Species, BodySite]

ACCEPTED = "image/jpeg,image/png,image/webp,image/heic,image/heif,image/avif"

# The workshop speaks English to programs; people get its refusals in their language.
REFUSALS = {
    "unreadable": _("This file is not a photo we can read. Please send a JPEG, PNG, WebP, HEIC or AVIF picture."),
    "truncated": _("The photo did not arrive whole. Please send it again."),
    "too_many_bytes": _("This photo is larger than 15 MB. Please send a smaller one."),
    "too_many_pixels": _("This photo has too many pixels. Please send one of at most 50 megapixels."),
    "too_small": _("This photo is too small. Each side needs 64 pixels or more."),
    "too_long": _("This picture is too narrow. Please send a photo that is at most eight times as long as wide."),
    "cannot_process": _("We could not process this photo. Please send another one."),
}
CONSENT_NEEDED = _("Please agree that we may look at a photo of your health, or leave it out.")
NOT_RELEASED = _("We have no model that judges this honestly yet, so your photo was not read or kept.")


class PhotosInput(forms.FileInput):
    """A file input that several photos may be chosen in."""

    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: MultiValueDict[str, UploadedFile], name: str) -> list[UploadedFile]:
        return files.getlist(name)


class PhotosField(forms.FileField):
    """One to three files; the form turns them into pictures."""

    widget = PhotosInput

    def clean(self, data: Sequence[UploadedFile], initial: Any = None) -> list[UploadedFile]:
        if not data:
            raise ValidationError(self.error_messages["required"], code="required")
        if len(data) > settings.PHOTOS_PER_CASE:
            raise ValidationError(_("Please choose at most three photos of the same spot."), code="too_many")
        return list(data)


class CaseForm(forms.Form):
    """Who is ill, where, and the photos; age, sex and place on the skin are optional."""

    unreleased: Pair | None = None  # the chosen species and body site, if both are known and no model judges them

    species = forms.ModelChoiceField(
        Species.objects.all(), label=_("Who is it about?"), to_field_name="code", empty_label=None,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Please choose who it is about."),
            "invalid_choice": _("Please choose a dog, a cat or a person."),
        },
    )  # fmt: skip
    body_site = forms.ModelChoiceField(
        BodySite.objects.all(), label=_("Where is it?"), to_field_name="code", empty_label=None,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Please choose where it is."),
            "invalid_choice": _("Please choose the eye or the skin."),
        },
    )  # fmt: skip
    consent = forms.BooleanField(
        label=_(
            "For a photo of a person: I agree that this photo of my health is looked at here. I can delete it any time."
        ),
        required=False,
    )
    photo = PhotosField(
        label=_("Photo"), widget=PhotosInput(attrs={"multiple": True, "accept": ACCEPTED}),
        error_messages={"required": _("Please choose a photo.")},
    )  # fmt: skip
    age = forms.IntegerField(label=_("Age in years"), required=False, min_value=0, max_value=120)
    sex = forms.ChoiceField(label=_("Sex"), required=False, choices=[("", "–"), *Case.Sex.choices])
    site = forms.ChoiceField(label=_("Place on the skin"), required=False, choices=[("", "–"), *Case.Place.choices])

    once = forms.CharField(required=False, widget=forms.HiddenInput, initial=once.new_mark, max_length=100)

    def clean_photo(self) -> list[Image.Image]:
        """The pictures, read side by side; nothing is decoded that nobody can judge or that lacks its consent."""
        if self._unreleased_pair() or self._lacks_consent():
            return []
        first, *others = (file.read() for file in self.cleaned_data["photo"])
        reading = [beside(partial(read_photo_apart, data)) for data in others]
        try:
            return [read_photo_apart(first), *(picture() for picture in reading)]
        except UnreadablePhoto as error:  # raised again, its frames would stay with the form, and with them the photos
            self.add_error("photo", ValidationError(REFUSALS.get(error.code, str(error)), code=error.code))
            return []

    def handed_over(self) -> dict[str, Any]:
        """The answers, once: a form and its fields hold each other until Python's collector comes by."""
        answers = self.cleaned_data | {"photo": tuple(self.cleaned_data["photo"])}
        self._let_go()
        return answers

    def clean(self) -> None:
        """A pair without an honest model is refused in one sentence, whatever the photo is."""
        self.unreleased = self._unreleased_pair()
        self.cleaned_data["once"] = self._once()
        if self.unreleased:
            self.errors.pop("photo", None)
            self.add_error("body_site", ValidationError(NOT_RELEASED, code="not_released"))
        elif self._lacks_consent():
            self.add_error("consent", ValidationError(CONSENT_NEEDED, code="required"))
        if self.errors:
            self._let_go()

    def _let_go(self) -> None:
        """Empty the list of photos, wherever it is held: an error that the form keeps also keeps what was at hand."""
        self.cleaned_data.pop("photo", []).clear()

    def _lacks_consent(self) -> bool:
        """A person's photo tells of a person's health: that is asked for by itself."""
        species = self.cleaned_data.get("species")
        return species is not None and species.code == "human" and not self.cleaned_data.get("consent")

    def _once(self) -> str | None:
        if self.errors:
            return None
        answers = (str(self.data.get(name, "")).encode() for name in self.fields if name not in {"photo", "once"})
        photos = (file.seek(0) or file.read() for file in self.files.getlist("photo"))
        return once.digest(self.cleaned_data["once"], (*answers, *photos))

    def _unreleased_pair(self) -> Pair | None:
        species, body_site = self.cleaned_data.get("species"), self.cleaned_data.get("body_site")
        if species is None or body_site is None or engine.is_released(species.code, body_site.code):
            return None
        return species, body_site


def guide_url(species: Species, body_site: BodySite) -> str:
    """Where signs, urgency and clinics are found without a photo."""
    return reverse("diagnosis:guide", args=[species.code, body_site.code])
