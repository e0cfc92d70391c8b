"""What people sent and said: numbers and sentences, never pictures, and one way out for those who agreed to it."""

from io import BytesIO

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from diagnosis import services
from diagnosis.models import Case, Confirmation, Feedback, ModelVersion, Outcome, Removal


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

    list_display = ["id", "species", "body_site", "created_at", "expires_at"]
    list_filter = ["species", "body_site"]
    list_select_related = ["species", "body_site"]
    fields = ["species", "body_site", "created_at", "expires_at"]
    show_full_result_count = False

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        """Removes the photos as well."""
        services.forget(Case.objects.filter(pk=obj.pk), figures_too=True)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Model]) -> None:
        """Removes the photos as well."""
        services.forget(Case.objects.filter(pk__in=queryset.values("pk")), figures_too=True)


@admin.register(Removal)
class RemovalAdmin(ReadOnlyAdmin):
    """That photos went on time."""

    list_display = ["at", "cases", "files"]
    date_hierarchy = "at"

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Feedback)
class FeedbackAdmin(ReadOnlyAdmin):
    """The queue of what people said: the new first, until somebody has read it."""

    list_display = ["id", "helpful", "comment", "may_train", "handled", "created_at"]
    list_filter = ["handled", "helpful", "may_train", "case__species", "case__body_site"]
    search_fields = ["comment"]
    fields = ["helpful", "comment", "may_train", "handled", "created_at"]
    actions = ["mark_handled", "mark_open"]

    @admin.action(description=_("Mark as handled"), permissions=["view"])
    def mark_handled(self, request: HttpRequest, chosen: QuerySet[Feedback]) -> None:
        """Take it out of the queue."""
        services.mark_handled(list(chosen.values_list("pk", flat=True)))

    @admin.action(description=_("Put back into the queue"), permissions=["view"])
    def mark_open(self, request: HttpRequest, chosen: QuerySet[Feedback]) -> None:
        """Somebody has to read it again."""
        services.mark_handled(list(chosen.values_list("pk", flat=True)), handled=False)


@admin.register(Confirmation)
class ConfirmationAdmin(ReadOnlyAdmin):
    """What was found in the end, and the export of those that may teach."""

    change_list_template = "admin/diagnosis/confirmation/change_list.html"
    list_display = ["id", "disease", "by", "changed_at"]
    list_filter = ["by", "disease__species"]
    list_select_related = ["disease"]
    fields = ["disease", "by", "created_at", "changed_at"]

    def get_urls(self) -> list[URLPattern]:
        export = self.admin_site.admin_view(require_POST(self.export))
        return [path("export/", export, name="diagnosis_confirmation_export"), *super().get_urls()]

    def export(self, request: HttpRequest) -> HttpResponse:
        """The consented cases as a training set; photos leave here, so an administrator alone may do it."""
        if not request.user.is_superuser:
            raise PermissionDenied
        memory = BytesIO()
        services.export_training_set(memory)
        headers = {
            "Content-Disposition": f'attachment; filename="{services.export_name()}"',
            "Cache-Control": "no-store",
        }
        return HttpResponse(memory.getvalue(), content_type="application/zip", headers=headers)


@admin.register(Outcome)
class OutcomeAdmin(ReadOnlyAdmin):
    """The figures behind the scorecard."""

    list_display = ["task", "version", "answered", "confirmed", "month"]
    list_filter = ["task", "version"]
    list_select_related = ["answered", "confirmed"]


@admin.register(ModelVersion)
class ModelVersionAdmin(ReadOnlyAdmin):
    """Which releases have answered here."""

    list_display = ["task", "version"]
    list_filter = ["task"]
