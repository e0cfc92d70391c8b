"""The keepers' desk: quick lists, a map, tables in and out, duplicates joined."""

from collections.abc import Callable
from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from clinics.admin import ClinicAdmin
from clinics.duplicates import NotOneClinic, merge_clinics
from clinics.models import Alias, Clinic, Visit

New = Callable[..., Clinic]
LIST = "admin:clinics_clinic_changelist"


def written(admin_client: Client, url: str) -> dict[str, object]:
    """The answers of an admin's form as it opens."""
    form = admin_client.get(url).context["adminform"].form
    answers = {name: form[name].value() for name in form.fields} | {
        "fetched_at_0": "2026-11-23",
        "fetched_at_1": "12:00",
    }
    return {name: value for name, value in answers.items() if value is not None and value is not False}


def test_the_list_opens_without_counting_everything(admin_client: Client, new_clinic: New) -> None:
    new_clinic("봄동물병원")
    assert "봄동물병원" in admin_client.get(reverse(LIST)).text
    assert not ClinicAdmin.show_full_result_count


def test_a_clinic_shows_where_it_lies_without_script_or_style(admin_client: Client, new_clinic: New) -> None:
    page = admin_client.get(reverse("admin:clinics_clinic_change", args=[new_clinic().pk])).text
    drawing = page[page.index("<svg viewBox=") :].split("</svg>")[0]
    assert drawing.count("<path") > 3
    assert "style=" not in drawing


def test_what_an_editor_corrects_is_kept_from_the_import(admin_client: Client, new_clinic: New) -> None:
    clinic = new_clinic(provider="localdata")
    url = reverse("admin:clinics_clinic_change", args=[clinic.pk])
    admin_client.post(url, written(admin_client, url) | {"phone": "041-555-0000"})
    clinic.refresh_from_db()
    assert (clinic.phone, clinic.edited) == ("041-555-0000", True)


def test_a_clinic_of_the_register_is_closed_and_not_deleted(admin_client: Client, new_clinic: New) -> None:
    registered, own = new_clinic(provider="localdata"), new_clinic()
    for clinic in (registered, own):
        admin_client.post(reverse("admin:clinics_clinic_delete", args=[clinic.pk]), {"post": "yes"})
        chosen = {"action": "delete_selected", "_selected_action": [clinic.pk], "post": "yes"}
        admin_client.post(reverse(LIST), chosen)
    assert Clinic.objects.get() == registered
    admin_client.post(reverse(LIST), {"action": "close", "_selected_action": [registered.pk]})
    assert Clinic.objects.values_list("closed", "edited").get() == (True, True)


def test_a_new_clinic_can_be_entered_by_hand(admin_client: Client) -> None:
    assert admin_client.get(reverse("admin:clinics_clinic_add")).status_code == 200


def test_duplicates_become_one_that_knows_what_all_knew(admin_client: Client, new_clinic: New) -> None:
    full = new_clinic("봄동물병원", phone="041-1-1", address="천안")
    bare = new_clinic("봄 동물병원", lat=36.8003, hours=[[[0, 1440]]] * 7, ophthalmology=True)
    Visit.objects.create(clinic=bare, case_hash="a", stars=5, state="approved")
    admin_client.post(reverse(LIST), {"action": "merge_duplicates", "_selected_action": [full.pk, bare.pk]})
    kept = Clinic.objects.get()
    assert (kept.pk, kept.phone, kept.ophthalmology, kept.hours) == (full.pk, "041-1-1", True, [[[0, 1440]]] * 7)
    assert (kept.rating, kept.ratings, kept.edited) == (5.0, 1, True)
    assert Alias.objects.get().external_id == bare.external_id


@pytest.mark.parametrize("other", [{"kind": "clinic"}, {"lat": 36.82}, None])
def test_what_cannot_be_one_clinic_is_not_merged(other: dict[str, object] | None, new_clinic: New) -> None:
    rows = [new_clinic(), *([new_clinic(**other)] if other else [])]
    with pytest.raises(NotOneClinic):
        merge_clinics(rows)
    assert Clinic.objects.count() == len(rows)


def test_clinics_come_out_as_a_table(admin_client: Client, new_clinic: New) -> None:
    new_clinic("봄동물병원")
    response = admin_client.post(
        reverse("admin:clinics_clinic_export"),
        {"format": "0", "clinictable_provider": "on", "clinictable_external_id": "on", "clinictable_name": "on"},
    )
    assert response["Content-Type"] == "text/csv"
    assert "봄동물병원" in response.content.decode()


def test_a_name_that_is_a_formula_is_not_run_by_a_spreadsheet(admin_client: Client, new_clinic: New) -> None:
    new_clinic("=1+1")
    answers = {"format": "0", "clinictable_name": "on"}
    assert "=1+1" not in admin_client.post(reverse("admin:clinics_clinic_export"), answers).content.decode()


def test_clinics_go_in_as_a_table_and_again_without_doubles(admin_client: Client) -> None:
    table = (
        "provider,external_id,name,kind,lat,lng,source_rating,source_ratings\nown,1,봄동물병원,vet,36.8,127.1,4.5,2\n"
    )
    for _ in range(2):
        file = SimpleUploadedFile("clinics.csv", table.encode(), content_type="text/csv")
        page = admin_client.post(reverse("admin:clinics_clinic_import"), {"format": "0", "import_file": file})
        form = page.context["confirm_form"]
        admin_client.post(reverse("admin:clinics_clinic_process_import"), form.initial)
    clinic = Clinic.objects.get()
    assert (clinic.name, clinic.rating, clinic.ratings, clinic.edited) == ("봄동물병원", 4.5, 2, True)


@pytest.mark.parametrize(
    "slip",
    [
        {"hours": '{"mon": "9-18"}'},
        {"hours": '"always"'},
        {"hours": "[1, 2, 3]"},
        {"hours": "[[[540, 1080]]]"},
        {"source_rating": "7"},
        {"source_rating": "0"},
    ],
)
def test_hours_or_a_rating_that_are_none_are_told_to_the_editor(
    slip: dict[str, str], admin_client: Client, new_clinic: New
) -> None:
    clinic = new_clinic()
    url = reverse("admin:clinics_clinic_change", args=[clinic.pk])
    page = admin_client.post(url, written(admin_client, url) | slip)
    assert page.status_code == 200
    assert list(page.context["adminform"].form.errors) == list(slip)


@pytest.mark.parametrize("column", ["hours", "source_rating"])
def test_a_table_with_hours_or_a_rating_that_are_none_is_not_taken(column: str, admin_client: Client) -> None:
    table = f"provider,external_id,name,kind,lat,lng,{column}\nown,1,봄동물병원,vet,36.8,127.1,7\n"
    file = SimpleUploadedFile("clinics.csv", table.encode(), content_type="text/csv")
    page = admin_client.post(reverse("admin:clinics_clinic_import"), {"format": "0", "import_file": file})
    assert page.context["result"].has_validation_errors()


def test_a_table_with_a_place_off_the_earth_is_not_taken(admin_client: Client) -> None:
    table = "provider,external_id,name,kind,lat,lng\nown,1,봄동물병원,vet,91,127.1\n"
    file = SimpleUploadedFile("clinics.csv", table.encode(), content_type="text/csv")
    page = admin_client.post(reverse("admin:clinics_clinic_import"), {"format": "0", "import_file": file})
    assert page.context["result"].has_validation_errors()
    assert not Clinic.objects.exists()


def test_what_was_edited_before_edits_were_marked_is_told_by_the_log(admin_user: User, new_clinic: New) -> None:
    edited, plain = new_clinic("고친 병원"), new_clinic("그대로")
    LogEntry.objects.log_actions(admin_user.pk, [edited], CHANGE, single_object=True)
    import_module("clinics.migrations.0004_mark_edited").mark(apps, None)
    edited.refresh_from_db()
    plain.refresh_from_db()
    assert (edited.edited, plain.edited) == (True, False)
