"""The editors' desk: notes can be found and changed there, photos cannot be seen."""

from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Permission, User
from django.core.exceptions import ValidationError
from django.test import Client

from diagnosis import services
from diagnosis.catalogue import load
from diagnosis.history import keep_shipped
from diagnosis.models import Case, ConditionNote, Disease, Outcome, Species
from tests.factories import new_case

pytestmark = pytest.mark.usefixtures("room")


@pytest.fixture
def cataract() -> Disease:
    return Disease.objects.get(species__code="dog", body_site__code="eye", code="cataract")


@pytest.mark.parametrize(
    "table",
    [
        "disease",
        "conditionnote",
        "guide",
        "species",
        "bodysite",
        "case",
        "feedback",
        "modelversion",
        "confirmation",
        "outcome",
        "sponsor",
        "householdalert",
    ],
)
def test_every_list_opens(admin_client: Client, table: str) -> None:
    new_case()
    assert admin_client.get(f"/admin/diagnosis/{table}/").status_code == 200


def test_diseases_are_found_by_name_and_counted_by_species(admin_client: Client, cataract: Disease) -> None:
    page = admin_client.get("/admin/diagnosis/disease/", {"q": cataract.name_ko, "species__id__exact": "1"})
    assert page.status_code == 200
    assert "/diseases/dog/eye/cataract/" in page.text  # the preview
    assert "Dog (1)</a>" in page.text and "Cat (0)</a>" in page.text


def test_an_editor_s_change_is_shown_to_readers_and_marked(admin_client: Client, cataract: Disease) -> None:
    note = cataract.notes.get(topic="what", language="en")
    values = {"disease": cataract.pk, "topic": "what", "language": "en", "text": "The lens is cloudy.\nTruly."}
    values["state"] = "draft"
    saved = admin_client.post(f"/admin/diagnosis/conditionnote/{note.pk}/change/", values)
    assert saved.status_code == 302
    note.refresh_from_db()
    assert note.edited
    assert "The lens is cloudy." in note.lines
    lines = admin_client.get("/en/diseases/dog/eye/cataract/").context["notes"][0]["lines"]
    assert lines == ["The lens is cloudy.", "Truly."]


def filled(admin_client: Client, disease: Disease) -> dict[str, str]:
    """The form of a disease's page as its browser would send it."""
    page = admin_client.get(f"/admin/diagnosis/disease/{disease.pk}/change/")
    form = page.context["adminform"].form
    formsets = [one.formset for one in page.context["inline_admin_formsets"]]
    parts = [form, *(part for formset in formsets for part in (formset.management_form, *formset.forms))]
    fields = [field for part in parts for field in part]
    values = {field.html_name: field.value() for field in fields if field.value() not in (None, False)}
    values["sources"] = values["initial-sources"] = form["sources"].value()
    return values


def test_a_note_changed_on_its_disease_s_page_is_marked_alone(admin_client: Client, cataract: Disease) -> None:
    values = filled(admin_client, cataract) | {"notes-2-0-text": "New words."}
    assert admin_client.post(f"/admin/diagnosis/disease/{cataract.pk}/change/", values).status_code == 302
    cataract.refresh_from_db()
    assert not cataract.edited
    (note,) = ConditionNote.objects.filter(edited=True)
    assert (note.text, note.language) == ("New words.", "en")


def test_an_editor_can_add_a_disease(admin_client: Client, cataract: Disease) -> None:
    values = {
        "name_ko": "새 병", "name_en": "New", "species": cataract.species_id, "body_site": cataract.body_site_id,
        "code": "new", "urgency": "days", "urgency_reason_ko": "이유", "urgency_reason_en": "reason",
        "department": "ophthalmology", "sources": "[]", "notes-TOTAL_FORMS": "0", "notes-INITIAL_FORMS": "0",
        "notes-2-TOTAL_FORMS": "1", "notes-2-INITIAL_FORMS": "0", "notes-2-0-topic": "what", "notes-2-0-text": "New.",
        "notes-2-0-state": "draft",
    }  # fmt: skip
    assert admin_client.post("/admin/diagnosis/disease/add/", values).status_code == 302
    disease = Disease.objects.get(code="new")
    assert disease.edited
    assert [note.language for note in disease.notes.all()] == ["en"]


def test_a_case_s_page_shows_neither_photo_nor_token_nor_age(admin_client: Client) -> None:
    case = new_case()
    page = admin_client.get(f"/admin/diagnosis/case/{case.pk}/change/").text
    assert case.token not in page and "field-age" not in page and "<img" not in page.split("<main", 1)[-1]
    assert admin_client.get("/admin/diagnosis/case/add/").status_code == 403


@pytest.mark.parametrize("address", ["{pk}/delete/", ""])
def test_a_case_deleted_at_the_desk_takes_its_files_and_its_figure_along(
    admin_client: Client, room: Path, django_capture_on_commit_callbacks: object, address: str
) -> None:
    case = new_case()
    services.confirm(case, None, by="clinic")
    filled = {"post": "yes", "action": "delete_selected", "_selected_action": [case.pk]}
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        admin_client.post(f"/admin/diagnosis/case/{address.format(pk=case.pk)}", filled)
    assert not Case.objects.exists() and not Outcome.objects.exists()
    assert not [path for path in room.rglob("*") if path.is_file()]


def test_diseases_leave_as_a_table_with_codes_instead_of_numbers(admin_client: Client) -> None:
    response = admin_client.post("/admin/diagnosis/disease/export/", {"format": "0", "resource": "0", **_all_fields()})
    assert response.headers["Content-Type"] == "text/csv"
    assert ",cataract," in response.text and "dog" in response.text


def _all_fields() -> dict[str, str]:
    names = ["code", "species", "body_site", "name_ko", "name_en", "urgency"]
    return {f"diseaseresource_{name}": "on" for name in names}


def test_a_source_that_is_no_https_address_is_refused_and_never_linked(client: Client, cataract: Disease) -> None:
    cataract.sources = [{"title": "Atlas", "url": "https://example.org/"}, {"title": "x", "url": "javascript:alert(1)"}]
    with pytest.raises(ValidationError, match="https://"):
        cataract.full_clean()
    cataract.save()
    assert "https://example.org/" in client.get("/en/diseases/dog/eye/cataract/").text
    assert "javascript:" not in client.get("/en/diseases/dog/eye/cataract/").text


TABLES = [desk for desk in admin.site._registry.values() if hasattr(desk, "has_import_permission")]


@pytest.mark.parametrize("desk", TABLES, ids=lambda desk: desk.opts.label_lower)
@pytest.mark.parametrize(
    ("rights", "door", "status"),
    [
        ([], "import", 403), ([], "process_import", 403), ([], "export", 403), (["view"], "export", 200),
        (["view"], "import", 403), (["view", "add", "change"], "import", 200),
    ],
)  # fmt: skip
def test_tables_go_in_and_out_only_with_rights_to_their_rows(
    client: Client, desk: Any, rights: list[str], door: str, status: int
) -> None:
    opts = desk.opts
    codes = [f"{right}_{opts.model_name}" for right in rights] + ["view_visit"]
    staff = User.objects.create_user("staff", is_staff=True)
    staff.user_permissions.set(Permission.objects.filter(codename__in=codes))
    client.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
    ask = client.post if door == "process_import" else client.get
    assert ask(f"/admin/{opts.app_label}/{opts.model_name}/{door}/").status_code == status


@pytest.mark.parametrize("table", ["disease", "conditionnote"])
def test_who_may_not_add_rows_imports_none(client: Client, table: str) -> None:
    staff = User.objects.create_user("staff", is_staff=True)
    staff.user_permissions.set(Permission.objects.filter(codename__in=[f"view_{table}", f"change_{table}"]))
    client.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(f"/admin/diagnosis/{table}/import/").status_code == 403


def test_what_a_disease_is_known_by_is_not_changed(admin_client: Client, cataract: Disease) -> None:
    values = filled(admin_client, cataract) | {"code": "other", "species": "3", "body_site": "2", "name_en": "Clouded"}
    assert admin_client.post(f"/admin/diagnosis/disease/{cataract.pk}/change/", values).status_code == 302
    cataract.refresh_from_db()
    known = (cataract.code, cataract.species.code, cataract.body_site.code, cataract.name_en)
    assert known == ("cataract", "dog", "eye", "Clouded")


@pytest.mark.parametrize(("sources", "status"), [("5", 200), ('{"title": "x"}', 200), ("null", 302), ("", 302)])
def test_sources_are_a_list_or_refused(admin_client: Client, cataract: Disease, sources: str, status: int) -> None:
    values = filled(admin_client, cataract) | {"sources": sources}
    page = admin_client.post(f"/admin/diagnosis/disease/{cataract.pk}/change/", values)
    assert page.status_code == status
    assert status == 302 or "Each source needs a title" in page.text


def test_a_name_written_here_stays_through_the_next_release(admin_client: Client) -> None:
    dog = Species.objects.get(code="dog")
    values = {"code": "wolf", "name_ko": "개", "name_en": "Dog", "rank": dog.rank}
    assert admin_client.post(f"/admin/diagnosis/species/{dog.pk}/change/", values).status_code == 302
    load()
    dog.refresh_from_db()
    assert (dog.code, dog.name_ko, dog.edited) == ("dog", "개", True)


@pytest.mark.parametrize("table", ["disease", "conditionnote", "guide", "householdalert"])
def test_what_is_shipped_is_not_deleted_as_it_would_come_back(admin_client: Client, table: str) -> None:
    model = apps.get_model("diagnosis", table)
    row = model.objects.first()
    row.edited = True
    keep_shipped(row)
    row.save()
    assert admin_client.post(f"/admin/diagnosis/{table}/{row.pk}/delete/", {"post": "yes"}).status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
    admin_client.post(f"/admin/diagnosis/{table}/", chosen)
    assert model.objects.filter(pk=row.pk).exists()


def test_what_was_made_at_the_desk_may_go(admin_client: Client, cataract: Disease) -> None:
    ConditionNote.objects.filter(disease=cataract, topic="what", language="en").delete()
    values = {"disease": cataract.pk, "topic": "what", "language": "en", "text": "Mine.", "state": "draft"}
    admin_client.post("/admin/diagnosis/conditionnote/add/", values)
    note = ConditionNote.objects.get(text="Mine.")
    admin_client.post(f"/admin/diagnosis/conditionnote/{note.pk}/delete/", {"post": "yes"})
    assert not ConditionNote.objects.filter(pk=note.pk).exists()


def test_who_may_only_look_sees_no_version(client: Client, cataract: Disease) -> None:
    staff = User.objects.create_user("staff", is_staff=True)
    staff.user_permissions.set(Permission.objects.filter(codename="view_disease"))
    client.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(f"/admin/diagnosis/disease/{cataract.pk}/change/")
    assert page.status_code == 200 and "field-version" not in page.text
