"""What every text at the desk shares: it is marked as changed here, and a change asks for a new review."""

from typing import Any

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.forms import ModelForm
from django.http import HttpRequest
from import_export.admin import ImportExportModelAdmin

from diagnosis.history import keep_shipped
from diagnosis.models import ConditionNote

REVIEW = {"state", "reviewed_by", "reviewed_on"}


class EditedMixin:
    """Marks what somebody changes here, so that load_catalogue leaves it alone."""

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm, change: bool) -> None:
        mark(obj, set(form.changed_data), request.user)
        super().save_model(request, obj, form, change)  # type: ignore[misc]


class TablesAdmin(ImportExportModelAdmin):
    """Rows in and out as tables."""

    def has_import_permission(self, request: HttpRequest) -> bool:
        """A table changes rows, which the library asks about, and adds some."""
        return self.has_add_permission(request) and super().has_import_permission(request)


def mark(row: Any, changed: set[str], editor: AbstractBaseUser | AnonymousUser) -> None:
    """Note that a row was changed here and by whom; new words that nobody has read are a draft again."""
    row._history_user = editor
    if changed and hasattr(row, "history"):
        keep_shipped(row)
    if changed - {"edited"}:
        row.edited = True
    if isinstance(row, ConditionNote) and "text" in changed and not changed & REVIEW:
        row.state, row.reviewed_by, row.reviewed_on = ConditionNote.State.DRAFT, "", None
