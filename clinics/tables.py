"""Clinics as a table for people with spreadsheets, in and out."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from import_export import fields, resources, widgets

from clinics.hours import is_week
from clinics.models import Clinic


class HoursWidget(widgets.JSONWidget):  # type: ignore[misc]
    """Seven days of spans, or nothing."""

    def clean(self, value: Any, row: Any = None, **options: Any) -> Any:
        week = super().clean(value, row, **options)
        if week is not None and not is_week(week):
            raise ValidationError(_("Hours are seven lists of [opens, closes] in minutes, Monday first."))
        return week


class ClinicTable(resources.ModelResource):  # type: ignore[misc]
    hours = fields.Field(column_name="hours", attribute="hours", widget=HoursWidget())

    class Meta:
        model = Clinic
        import_id_fields = ["provider", "external_id"]
        fields = [
            "provider", "external_id", "name", "kind", "address", "phone", "lat", "lng", "departments",
            "ophthalmology", "dermatology", "hours", "hours_from_name", "source_rating", "source_ratings",
        ]  # fmt: skip
        clean_model_instances = True
        skip_unchanged = True
        use_bulk = False

    def after_save_instance(self, instance: Clinic, row: Any, **options: Any) -> None:
        instance.refresh_rating()
