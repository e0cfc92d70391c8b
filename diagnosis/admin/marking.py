"""What every text at the desk shares: it is marked as changed here, and what was shipped stays."""

from typing import Any

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import models
from django.forms import ModelForm
from django.http import HttpRequest
from import_export.admin import ImportExportModelAdmin

from diagnosis.fields import LinesField
from diagnosis.history import is_shipped, keep_shipped

LINES: dict[Any, dict[str, Any]] = {models.TextField: {"form_class": LinesField}}


class EditedMixin:
    """Marks what somebody changes here, so that load_catalogue leaves it alone."""

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm, change: bool) -> None:
        mark(obj, set(form.changed_data), request.user)
        super().save_model(request, obj, form, change)  # type: ignore[misc]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What is shipped stays: the next load of the catalogue would bring it back."""
        allowed: bool = super().has_delete_permission(request, obj)  # type: ignore[misc]
        return allowed and not (obj is not None and hasattr(obj, "history") and is_shipped(obj))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Without the version that a form was opened at, for somebody who may only look."""
        fields: list[Any] = super().get_fields(request, obj)  # type: ignore[misc]
        may = obj is None or self.has_change_permission(request, obj)  # type: ignore[attr-defined]
        return [name for name in fields if may or name != "version"]


class TablesAdmin(ImportExportModelAdmin):
    """Rows in and out as tables."""

    def has_import_permission(self, request: HttpRequest) -> bool:
        """A table changes rows, which the library asks about, and adds some."""
        return self.has_add_permission(request) and bool(super().has_import_permission(request))


def mark(row: Any, changed: set[str], editor: AbstractBaseUser | AnonymousUser) -> None:
    """Note that a row was changed here and by whom."""
    row._history_user = editor
    if changed and hasattr(row, "history"):
        keep_shipped(row)
    if changed - {"edited"}:
        row.edited = True
