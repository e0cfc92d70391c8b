"""Clinics as a table for people with spreadsheets, in and out."""

from typing import Any

from import_export import resources

from clinics.models import Clinic


class ClinicTable(resources.ModelResource):  # type: ignore[misc]
    class Meta:
        model = Clinic
        import_id_fields = ["provider", "external_id"]
        fields = [
            "provider", "external_id", "name", "kind", "address", "phone", "lat", "lng", "departments",
            "ophthalmology", "dermatology", "hours", "hours_from_name", "source_rating", "source_ratings",
            "closed",
        ]  # fmt: skip
        clean_model_instances = True
        skip_unchanged = True
        use_bulk = False

    def before_save_instance(self, instance: Clinic, row: Any, **options: Any) -> None:
        instance.edited = True

    def after_save_instance(self, instance: Clinic, row: Any, **options: Any) -> None:
        instance.refresh_rating()
