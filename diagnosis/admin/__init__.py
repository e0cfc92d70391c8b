"""The desk: what editors write, what sponsors get, and what people said."""

from django.contrib import admin

from diagnosis.admin import editing, notes, records, sponsors

admin.site.site_header = "Walness"
admin.site.site_title = "Walness"

__all__ = ["editing", "notes", "records", "sponsors"]
