"""The editors' desk: diseases, their notes and guides; cases only as numbers, never as pictures."""

from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.forms import BaseInlineFormSet, ModelForm
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from import_export.admin import ImportExportModelAdmin

from diagnosis import services
from diagnosis.models import BodySite, Case, ConditionNote, Disease, Feedback, Guide, ModelVersion, Species
from diagnosis.resources import ConditionNoteResource, DiseaseResource

admin.site.site_header = "Walness"
admin.site.site_title = "Walness"


class EditedMixin:
    """Marks what somebody changes here, so that load_catalogue leaves it alone."""

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm, change: bool) -> None:
        if set(form.changed_data) - {"edited"}:
            obj.edited = True
        super().save_model(request, obj, form, change)  # type: ignore[misc]


class ConditionNoteInline(admin.StackedInline):
    """The notes of a disease, on its page."""

    model = ConditionNote
    extra = 0
    fields = ["topic", "language", "text", "reviewed_by", "reviewed_on", "edited"]
    show_change_link = True


@admin.register(Disease)
class DiseaseAdmin(EditedMixin, ImportExportModelAdmin):
    """One page for a disease and everything people read about it."""

    resource_classes = [DiseaseResource]
    list_display = ["name_ko", "name_en", "species", "body_site", "urgency", "dangerous", "edited", "preview"]
    list_filter = ["species", "body_site", "urgency", "dangerous", "department", "edited"]
    list_select_related = ["species", "body_site"]
    search_fields = ["code", "name_ko", "name_en", "terminology", "notes__text"]
    show_facets = admin.ShowFacets.ALWAYS
    inlines = [ConditionNoteInline]
    save_on_top = True

    @admin.display(description=_("preview"))
    def preview(self, disease: Disease) -> str:
        """Leads to the page as readers see it."""
        return format_html('<a href="{}">{}</a>', disease.get_absolute_url(), _("Open"))

    def save_formset(self, request: HttpRequest, form: ModelForm, formset: BaseInlineFormSet, change: bool) -> None:
        for inline in formset.forms:
            if set(inline.changed_data) - {"edited"}:
                inline.instance.edited = True
        super().save_formset(request, form, formset, change)


@admin.register(ConditionNote)
class ConditionNoteAdmin(EditedMixin, ImportExportModelAdmin):
    """All notes in one list: what is reviewed, what is not, what exists in which language."""

    resource_classes = [ConditionNoteResource]
    list_display = ["disease", "topic", "language", "reviewed_by", "reviewed_on", "edited"]
    list_filter = ["language", "topic", "disease__species", "disease__body_site", "edited"]
    list_select_related = ["disease"]
    search_fields = ["text", "disease__name_ko", "disease__name_en"]
    show_facets = admin.ShowFacets.ALWAYS
    autocomplete_fields = ["disease"]
    date_hierarchy = "reviewed_on"


@admin.register(Guide)
class GuideAdmin(EditedMixin, admin.ModelAdmin):
    """What people read about a species and body site when no photo can be judged."""

    list_display = ["species", "body_site", "topic", "language", "edited"]
    list_filter = ["species", "body_site", "topic", "language", "edited"]
    list_select_related = ["species", "body_site"]
    search_fields = ["text"]


@admin.register(Species, BodySite)
class NamedAdmin(admin.ModelAdmin):
    """The words on the form."""

    list_display = ["code", "name_ko", "name_en", "rank"]


class ReadOnlyAdmin(admin.ModelAdmin):
    """To look at; nobody writes these rows by hand."""

    view_on_site = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Case)
class CaseAdmin(ReadOnlyAdmin):
    """How much is asked, and when it goes; no photo, no address, no age."""

    list_display = ["pk", "species", "body_site", "created_at", "expires_at"]
    list_filter = ["species", "body_site"]
    list_select_related = ["species", "body_site"]
    fields = ["species", "body_site", "created_at", "expires_at"]
    show_full_result_count = False

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        """Removes the photos as well."""
        services.forget(Case.objects.filter(pk=obj.pk))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Model]) -> None:
        """Removes the photos as well."""
        services.forget(Case.objects.filter(pk__in=queryset.values("pk")))


@admin.register(Feedback)
class FeedbackAdmin(ReadOnlyAdmin):
    """What people said afterwards."""

    list_display = ["pk", "helpful", "created_at"]
    list_filter = ["helpful"]
    fields = ["helpful", "comment", "created_at"]


@admin.register(ModelVersion)
class ModelVersionAdmin(ReadOnlyAdmin):
    """Which releases have answered here."""

    list_display = ["task", "version"]
    list_filter = ["task"]
