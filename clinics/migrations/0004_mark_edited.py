"""Clinics that were edited in the admin before it marked them: its log names them, and an import would undo the work."""

from typing import Any

from django.db import migrations

CHANGED = 2  # django.contrib.admin's own number


def mark(apps: Any, schema_editor: Any) -> None:
    log = apps.get_model("admin", "LogEntry").objects.filter(
        content_type__app_label="clinics", content_type__model="clinic", action_flag=CHANGED
    )
    numbers = {int(number) for number in log.values_list("object_id", flat=True) if number and number.isdigit()}
    for number in numbers:
        apps.get_model("clinics", "Clinic").objects.filter(pk=number).update(edited=True)


class Migration(migrations.Migration):
    dependencies = [
        ("clinics", "0003_closed_and_edited"),
        ("admin", "0003_logentry_add_action_flag_choices"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(mark, migrations.RunPython.noop)]
