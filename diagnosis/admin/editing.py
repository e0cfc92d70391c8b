"""The editors' desk: diseases with their notes side by side, guides, and what a household should know."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import models
from django.forms import BaseInlineFormSet, ModelForm, Script
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from simple_history.admin import SimpleHistoryAdmin

from diagnosis.admin.fresh import FreshForm
from diagnosis.admin.marking import LINES, EditedMixin, TablesAdmin, mark
from diagnosis.admin.notes import EnglishNotes, KoreanNotes, written_notes
from diagnosis.models import BodySite, Disease, Guide, HouseholdAlert, Species
from diagnosis.resources import DiseaseResource


@admin.register(Disease)
class DiseaseAdmin(EditedMixin, SimpleHistoryAdmin, TablesAdmin):
    """One page for a disease and everything people read about it, with a preview that follows the writing."""

    form = FreshForm
    resource_classes = [DiseaseResource]
    change_form_template = "admin/diagnosis/disease/change_form.html"
    list_display = ["name_ko", "name_en", "species", "body_site", "urgency", "dangerous", "edited", "page"]
    list_filter = ["species", "body_site", "urgency", "dangerous", "department", "edited"]
    list_select_related = ["species", "body_site"]
    search_fields = ["code", "name_ko", "name_en", "terminology", "notes__text"]
    show_facets = admin.ShowFacets.ALWAYS
    inlines = [KoreanNotes, EnglishNotes]
    save_on_top = True

    class Media:
        js = [Script("js/desk.js", type="module")]

    @admin.display(description=_("preview"))
    def page(self, disease: Disease) -> str:
        """Leads to the page as readers see it."""
        return format_html('<a href="{}">{}</a>', disease.get_absolute_url(), _("Open"))

    def get_readonly_fields(self, request: HttpRequest, obj: Disease | None = None) -> list[str]:
        """What the model cards know a disease by stays as it was made: without it no photo of its task is answered."""
        return ["code", "species", "body_site"] if obj else []

    def get_urls(self) -> list[URLPattern]:
        preview = self.admin_site.admin_view(require_POST(self.preview))
        return [path("<int:pk>/preview/", preview, name="diagnosis_disease_preview"), *super().get_urls()]

    def preview(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What is being written as readers would see it; nothing is saved."""
        disease = get_object_or_404(Disease.objects.with_pair(), pk=pk)
        if not self.has_change_permission(request, disease):
            raise PermissionDenied
        context = {"disease": disease, "languages": written_notes(request.POST, disease)}
        context |= self.admin_site.each_context(request)
        return render(request, "admin/diagnosis/disease/preview.html", context)

    def save_formset(self, request: HttpRequest, form: ModelForm, formset: BaseInlineFormSet, change: bool) -> None:
        for inline in formset.forms:
            mark(inline.instance, set(inline.changed_data), request.user)
        super().save_formset(request, form, formset, change)


@admin.register(Guide)
class GuideAdmin(EditedMixin, SimpleHistoryAdmin):
    """What people read about a species and body site when no photo can be judged."""

    form = FreshForm
    formfield_overrides = LINES
    list_display = ["species", "body_site", "topic", "language", "edited"]
    list_filter = ["species", "body_site", "topic", "language", "edited"]
    list_select_related = ["species", "body_site"]
    search_fields = ["text"]


@admin.register(HouseholdAlert)
class HouseholdAlertAdmin(EditedMixin, SimpleHistoryAdmin):
    """What passes between pets and people."""

    form = FreshForm
    list_display = ["disease", "species", "direction", "active", "edited"]
    list_filter = ["direction", "active", "disease__species", "edited"]
    list_select_related = ["disease__species"]
    search_fields = ["text_ko", "text_en", "disease__name_ko", "disease__name_en"]
    autocomplete_fields = ["disease"]
    formfield_overrides = LINES | {models.URLField: {"assume_scheme": "https"}}

    @admin.display(description=_("species"))
    def species(self, alert: HouseholdAlert) -> Any:
        """Whose disease it is."""
        return alert.disease.species


@admin.register(Species, BodySite)
class NamedAdmin(EditedMixin, admin.ModelAdmin):
    """The words on the form."""

    list_display = ["code", "name_ko", "name_en", "rank", "edited"]

    def get_readonly_fields(self, request: HttpRequest, obj: Species | BodySite | None = None) -> list[str]:
        """The code is part of every task's name."""
        return ["code"] if obj else []
