"""The catalogue as tables: rows are known by what they mean, not by their number in one database."""

from typing import Any, ClassVar

from import_export import fields, resources, widgets

from diagnosis.history import keep_shipped
from diagnosis.models import BodySite, ConditionNote, Disease, Species


class DiseaseWidget(widgets.Widget):
    """Writes ``dog/eye/cataract`` and reads it again."""

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> Disease:
        """The disease of this address; a wrong one is an error of the row."""
        species, body_site, code = value.split("/")
        return Disease.objects.get(species__code=species, body_site__code=body_site, code=code)

    def render(self, value: Disease, obj: Any = None, **kwargs: Any) -> str:
        """The disease's address, apart from the language."""
        return f"{value.species.code}/{value.body_site.code}/{value.code}"


class DiseaseResource(resources.ModelResource):
    """One disease a row; species and body site by their codes."""

    species = fields.Field("species", "species", widgets.ForeignKeyWidget(Species, "code"))
    body_site = fields.Field("body_site", "body_site", widgets.ForeignKeyWidget(BodySite, "code"))

    class Meta:
        model = Disease
        import_id_fields: ClassVar = ["species", "body_site", "code"]
        exclude: ClassVar = ["id"]
        skip_unchanged = True
        clean_model_instances = True

    def before_save_instance(self, instance: Disease, row: Any, **kwargs: Any) -> None:
        keep_shipped(instance)
        instance.edited = True


class ConditionNoteResource(resources.ModelResource):
    """One note a row; its disease written as ``dog/eye/cataract``."""

    disease = fields.Field("disease", "disease", DiseaseWidget())

    class Meta:
        model = ConditionNote
        import_id_fields: ClassVar = ["disease", "topic", "language"]
        exclude: ClassVar = ["id"]
        skip_unchanged = True
        clean_model_instances = True

    def before_save_instance(self, instance: ConditionNote, row: Any, **kwargs: Any) -> None:
        keep_shipped(instance)
        instance.edited = True
