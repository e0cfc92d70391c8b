"""Sponsor slots: words and a picture that is rebuilt and kept here."""

from io import BytesIO
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from diagnosis.forms import REFUSALS
from diagnosis.models import Sponsor
from ml.inference import UnreadablePhoto, read_photo

LONG_SIDE = 640  # pixels


class SponsorForm(forms.ModelForm):
    """A file becomes a small picture without metadata."""

    file = forms.FileField(label=_("picture"), required=False, help_text=_("JPEG, PNG or WebP; kept here, made small."))

    link = forms.URLField(label=_("link"), required=False, max_length=300, assume_scheme="https")

    class Meta:
        model = Sponsor
        fields = ["name", "text_ko", "text_en", "file", "link", "species", "active", "starts_on", "ends_on"]

    def clean_file(self) -> bytes | None:
        file = self.cleaned_data["file"]
        if not file:
            return None
        try:
            picture = read_photo(file.read())
        except UnreadablePhoto as error:
            raise ValidationError(REFUSALS.get(error.code, str(error)), code=error.code) from error
        picture.thumbnail((LONG_SIDE, LONG_SIDE))
        memory = BytesIO()
        picture.save(memory, "JPEG", quality=82)
        return memory.getvalue()

    def save(self, commit: bool = True) -> Any:
        if self.cleaned_data.get("file"):
            self.instance.picture = self.cleaned_data["file"]
        return super().save(commit)


@admin.register(Sponsor)
class SponsorAdmin(admin.ModelAdmin):
    """Off until somebody switches one on; never beside an urgent answer or one about a person's skin."""

    form = SponsorForm
    list_display = ["name", "species", "active", "starts_on", "ends_on"]
    list_filter = ["active", "species"]
    list_select_related = ["species"]
