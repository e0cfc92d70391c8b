"""What somebody else has saved since a page was opened is not written over."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from diagnosis.models import ConditionNote, Disease


class VersionField(forms.CharField):
    """The version a page was opened at; it is no change of the row."""

    widget = forms.HiddenInput

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


class FreshForm(forms.ModelForm):
    """Remembers what it was opened at, and is refused when that is no longer the newest."""

    version = VersionField(label="", required=False)

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        if "version" in self.fields:  # not on the page of somebody who may only look
            self.fields["version"].initial = newest_version(self.instance)

    def clean_version(self) -> str:
        version: str = self.cleaned_data["version"]
        if version and version != newest_version(self.instance):
            raise ValidationError(
                _(
                    "Somebody else has saved this since you opened it. "
                    "Open it anew in another tab and add your words there."
                )
            )
        return version


def newest_version(row: Any) -> str:
    """The newest entry in the history of a row, and for a disease in that of its notes."""
    versions = [row.history.all() if row.pk else row.__class__.history.none()]
    if isinstance(row, Disease) and row.pk:
        versions.append(ConditionNote.history.filter(disease=row.pk))
    return "-".join(str(history.aggregate(newest=Max("history_id"))["newest"] or 0) for history in versions)
