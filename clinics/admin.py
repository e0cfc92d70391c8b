"""The keepers' desk: clinics in and out as tables, duplicates joined, visitors' ratings read before they count."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export.admin import ImportExportModelAdmin

from clinics.duplicates import NotOneClinic, merge_clinics
from clinics.importing import PROVIDER
from clinics.models import Clinic, Visit
from clinics.preview import preview_of
from clinics.tables import ClinicTable


@admin.register(Clinic)
class ClinicAdmin(ImportExportModelAdmin):
    resource_classes = [ClinicTable]
    list_display = ["name", "kind", "address", "phone", "rating", "ratings", "provider", "closed", "edited"]
    list_filter = ["kind", "ophthalmology", "dermatology", "provider", "closed", "edited"]
    search_fields = ["name", "address", "external_id"]
    readonly_fields = ["map_preview", "rating", "ratings"]
    show_full_result_count = False  # counting 100,000 rows on every view is felt
    list_per_page = 50
    actions = ["merge_duplicates", "close"]

    def has_delete_permission(self, request: HttpRequest, obj: Clinic | None = None) -> bool:
        """A row of the register would be back with the next import: it is closed instead."""
        return super().has_delete_permission(request, obj) and not (obj and obj.provider == PROVIDER)

    @admin.display(description=gettext_lazy("Map"))
    def map_preview(self, clinic: Clinic) -> SafeString | str:
        return preview_of(clinic.lat, clinic.lng) if clinic.pk else "–"

    @admin.action(description=gettext_lazy("Merge duplicates into one clinic"), permissions=["delete"])
    def merge_duplicates(self, request: HttpRequest, clinics: QuerySet[Clinic]) -> None:
        try:
            kept = merge_clinics(list(clinics[:20]))
        except NotOneClinic:
            sentence = _("Choose two or more rows of one kind that lie within a kilometre of each other.")
            self.message_user(request, sentence, messages.ERROR)
        else:
            self.message_user(request, format_html(_("Merged into {}."), kept.name))

    @admin.action(description=gettext_lazy("Mark as closed for good"), permissions=["change"])
    def close(self, request: HttpRequest, clinics: QuerySet[Clinic]) -> None:
        clinics.update(closed=True, edited=True)

    def save_model(self, request: HttpRequest, obj: Clinic, form: ModelForm, change: bool) -> None:
        if set(form.changed_data) - {"edited"}:
            obj.edited = True
        super().save_model(request, obj, form, change)
        obj.refresh_rating()


@admin.register(Visit)
class VisitAdmin(admin.ModelAdmin):
    list_display = ["clinic", "stars", "comment", "state", "created_at"]
    list_filter = ["state"]
    list_select_related = ["clinic"]
    autocomplete_fields = ["clinic"]
    show_full_result_count = False
    actions = ["approve", "reject"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # ratings are visitors' own

    @admin.action(description=gettext_lazy("Approve"), permissions=["change"])
    def approve(self, request: HttpRequest, visits: QuerySet[Visit]) -> None:
        self._decide(visits, Visit.State.APPROVED)

    @admin.action(description=gettext_lazy("Reject"), permissions=["change"])
    def reject(self, request: HttpRequest, visits: QuerySet[Visit]) -> None:
        self._decide(visits, Visit.State.REJECTED)

    def _decide(self, visits: QuerySet[Visit], state: str) -> None:
        clinics = _clinics_of(visits)
        visits.update(state=state)
        _refresh(clinics)

    def save_model(self, request: HttpRequest, obj: Visit, form: object, change: bool) -> None:
        before = _clinics_of(Visit.objects.filter(pk=obj.pk))
        super().save_model(request, obj, form, change)
        _refresh([*before, obj.clinic])

    def delete_model(self, request: HttpRequest, obj: Visit) -> None:
        super().delete_model(request, obj)
        obj.clinic.refresh_rating()

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Visit]) -> None:
        clinics = _clinics_of(queryset)
        super().delete_queryset(request, queryset)
        _refresh(clinics)


def _clinics_of(visits: QuerySet[Visit]) -> list[Clinic]:
    return list(Clinic.objects.filter(visits__in=visits.values("pk")).distinct())


def _refresh(clinics: list[Clinic]) -> None:
    for clinic in clinics:
        clinic.refresh_rating()
