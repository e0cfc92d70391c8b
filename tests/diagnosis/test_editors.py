"""The editors' desk: who wrote what when, what is reviewed, how it will look, and what a slot may show."""

import re
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.test import Client
from django.utils import timezone
from import_export.formats.base_formats import CSV

from diagnosis import catalogue
from diagnosis.models import Candidate, Case, ConditionNote, Diagnosis, Disease, Feedback, Species, Sponsor, Urgency
from diagnosis.resources import ConditionNoteResource
from diagnosis.sponsors import slot_for
from tests.diagnosis.test_admin import filled
from tests.factories import drawn_photo, encoded, new_case

pytestmark = pytest.mark.usefixtures("room")


@pytest.fixture
def cataract() -> Disease:
    return Disease.objects.get(species__code="dog", body_site__code="eye", code="cataract")


@pytest.fixture
def note(cataract: Disease) -> ConditionNote:
    return cataract.notes.get(topic="what", language="en")


def written(admin_client: Client, note: ConditionNote, **changes: str) -> int:
    """Save the note's own page; gives the status."""
    values = {
        "disease": note.disease_id, "topic": note.topic, "language": note.language, "text": note.text,
        "state": note.state, "reviewed_by": note.reviewed_by, "reviewed_on": note.reviewed_on or "",
    }  # fmt: skip
    page = admin_client.post(f"/admin/diagnosis/conditionnote/{note.pk}/change/", values | changes)
    note.refresh_from_db()
    return page.status_code


def test_every_version_of_a_note_is_kept_with_its_editor(admin_client: Client, note: ConditionNote) -> None:
    old = note.text
    written(admin_client, note, text="First.")
    written(admin_client, note, text="Second.")
    assert [one.text for one in note.history.all()][:2] == ["Second.", "First."]
    assert note.history.latest().history_user == User.objects.get(username="admin")
    page = admin_client.get(f"/admin/diagnosis/conditionnote/{note.pk}/history/")
    assert page.status_code == 200 and "Second." in page.text and "First." in page.text
    assert note.history.last().text == old


def test_an_earlier_version_can_be_brought_back(admin_client: Client, note: ConditionNote) -> None:
    written(admin_client, note, text="First.")
    first = note.history.latest()
    written(admin_client, note, text="Second.")
    page = f"/admin/diagnosis/conditionnote/{note.pk}/history/{first.pk}/"
    assert "First." in admin_client.get(page).text
    values = {"disease": note.disease_id, "topic": note.topic, "language": "en", "text": "First.", "state": "draft"}
    admin_client.post(page, values)
    note.refresh_from_db()
    assert note.text == "First."


def test_the_history_on_a_disease_s_page_names_the_editor(admin_client: Client, cataract: Disease) -> None:
    values = filled(admin_client, cataract) | {"notes-0-text": "새 문장."}
    admin_client.post(f"/admin/diagnosis/disease/{cataract.pk}/change/", values)
    note = cataract.notes.get(text="새 문장.")
    assert (note.language, note.history.latest().history_user.username) == ("ko", "admin")


def test_the_list_of_notes_says_whose_disease_it_is(admin_client: Client) -> None:
    page = admin_client.get("/admin/diagnosis/conditionnote/?q=cataract")
    whose = re.findall(r'class="field-species">([^<]+)<', page.text)
    assert set(whose) >= {str(Species.objects.get(code=code)) for code in ("dog", "human")}


def test_a_disease_s_page_says_when_words_go_live_and_how_they_come_back(
    admin_client: Client, cataract: Disease
) -> None:
    page = admin_client.get(f"/admin/diagnosis/disease/{cataract.pk}/change/", headers={"Accept-Language": "en"})
    assert "What you save is on the site at once" in page.text and "earlier words can be brought back" in page.text


def test_reviewed_needs_a_name_and_a_day(admin_client: Client, note: ConditionNote) -> None:
    assert written(admin_client, note, state="reviewed") == 200  # the form again, with its sentence
    assert note.state == "draft"
    signed = {"state": "reviewed", "reviewed_by": "Dr. Kim", "reviewed_on": "2026-11-01"}
    assert written(admin_client, note, **signed) == 302
    assert (note.state, note.reviewed_on) == ("reviewed", date(2026, 11, 1))
    with pytest.raises(IntegrityError, match="reviewed_has_name_and_day"), transaction.atomic():
        ConditionNote.objects.filter(pk=note.pk).update(reviewed_by="")


def sign(notes: QuerySet[ConditionNote]) -> None:
    notes.update(state="reviewed", reviewed_by="Dr. Kim", reviewed_on="2026-11-01")


def test_a_page_is_signed_when_every_topic_of_it_is(cataract: Disease) -> None:
    english = cataract.notes.filter(language="en")
    sign(english.exclude(topic="red_flags"))
    assert "Not yet reviewed" in Client().get("/en/diseases/dog/eye/cataract/").text
    sign(english)
    english.filter(topic="what").update(reviewed_by="Dr. Lee", reviewed_on="2026-11-20")
    page = Client().get("/en/diseases/dog/eye/cataract/")
    assert "Reviewed by Dr. Kim, Dr. Lee, " in page.text
    assert page.context["notes"][0]["review"]["day"] == date(2026, 11, 1)  # since when all of it is true


def test_a_signature_does_not_outlive_its_words_in_a_release_or_a_table(note: ConditionNote) -> None:
    shipped = note.text
    ConditionNote.objects.filter(pk=note.pk).update(text="Older words.")
    sign(ConditionNote.objects.filter(pk=note.pk))
    catalogue.load()
    note.refresh_from_db()
    assert (note.text, note.state, note.reviewed_by, note.reviewed_on) == (shipped, "draft", "", None)
    sign(ConditionNote.objects.filter(pk=note.pk))
    table = CSV().create_dataset("disease,topic,language,text\ndog/eye/cataract,what,en,New.\n")
    assert not ConditionNoteResource().import_data(table, raise_errors=True).has_errors()
    note.refresh_from_db()
    assert (note.text, note.state, note.reviewed_by, note.reviewed_on) == ("New.", "draft", "", None)


def test_the_ends_of_lines_that_a_browser_sends_are_no_change(admin_client: Client, note: ConditionNote) -> None:
    sign(ConditionNote.objects.filter(pk=note.pk))
    note.refresh_from_db()
    written(admin_client, note, text=note.text.replace("\n", "\r\n"), reviewed_on="2026-11-01")
    assert "\n" in note.text and (note.state, note.edited) == ("reviewed", False)


def test_an_empty_line_takes_no_signature_away(admin_client: Client, note: ConditionNote) -> None:
    sign(ConditionNote.objects.filter(pk=note.pk))
    note.refresh_from_db()
    written(admin_client, note, text=note.text.replace("\n", "\n\n"), reviewed_on="2026-11-01")
    assert "\n\n" in note.text and (note.state, note.edited) == ("reviewed", True)


def test_two_who_write_at_once_do_not_erase_each_other(admin_client: Client, cataract: Disease) -> None:
    opened = filled(admin_client, cataract)
    address = f"/admin/diagnosis/disease/{cataract.pk}/change/"
    assert admin_client.post(address, opened | {"notes-0-text": "먼저 쓴 문장."}).status_code == 302
    second = admin_client.post(address, opened | {"notes-0-text": "나중에 쓴 문장."})
    assert "Somebody else has saved this since you opened it." in second.text and "나중에 쓴 문장." in second.text
    assert cataract.notes.filter(text="먼저 쓴 문장.").exists()
    anew = filled(admin_client, cataract) | {"notes-0-text": "나중에 쓴 문장."}
    assert admin_client.post(address, anew).status_code == 302


def test_new_words_are_a_draft_until_somebody_reads_them(admin_client: Client, note: ConditionNote) -> None:
    sign(ConditionNote.objects.filter(disease=note.disease, language="en"))
    note.refresh_from_db()
    assert "Reviewed by Dr. Kim" in Client().get("/en/diseases/dog/eye/cataract/").text
    written(admin_client, note, text="Changed.")
    assert (note.state, note.reviewed_by, note.reviewed_on) == ("draft", "", None)
    assert "Not yet reviewed" in Client().get("/en/diseases/dog/eye/cataract/").text


def test_an_editor_signs_what_was_read(admin_client: Client, note: ConditionNote) -> None:
    chosen = {"action": "review", "_selected_action": [note.pk]}
    admin_client.post("/admin/diagnosis/conditionnote/", chosen)
    note.refresh_from_db()
    assert (note.state, note.reviewed_by, note.reviewed_on) == ("reviewed", "admin", timezone.localdate())


def test_the_preview_shows_what_is_written_and_saves_nothing(admin_client: Client, cataract: Disease) -> None:
    values = filled(admin_client, cataract) | {"notes-0-text": "새 문장.", "notes-2-0-text": "New <b>words</b>."}
    address = f"/admin/diagnosis/disease/{cataract.pk}/preview/"
    page = admin_client.post(address, values).text
    assert "새 문장." in page and "New &lt;b&gt;words&lt;/b&gt;." in page
    assert '<article lang="ko">' in page and '<article lang="en">' in page and "desk-pages" in page
    assert not ConditionNote.objects.filter(text="새 문장.").exists()
    assert admin_client.get(address).status_code == 405
    assert Client().post(address, values).status_code == 302  # to the admin's own door


def test_the_preview_is_the_editors_and_needs_their_token(client: Client, cataract: Disease) -> None:
    reader = User.objects.create_user("reader", is_staff=True)
    client.force_login(reader, backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(f"/admin/diagnosis/disease/{cataract.pk}/preview/").status_code == 403
    strict = Client(enforce_csrf_checks=True)
    admin = User.objects.create_superuser("boss")
    strict.force_login(admin, backend="django.contrib.auth.backends.ModelBackend")
    assert strict.post(f"/admin/diagnosis/disease/{cataract.pk}/preview/").status_code == 403


def test_the_desk_s_pages_hold_no_inline_script_or_style_of_ours(admin_client: Client, cataract: Disease) -> None:
    page = admin_client.get(f"/admin/diagnosis/disease/{cataract.pk}/change/").text
    assert "data-tabs" in page and "data-preview" in page and "js/desk.js" in page
    assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>|\son\w+=|\sstyle=", page)


def test_a_topic_is_written_once_in_each_language(admin_client: Client, cataract: Disease) -> None:
    values = filled(admin_client, cataract)
    values["notes-0-topic"] = values["notes-1-topic"]
    page = admin_client.post(f"/admin/diagnosis/disease/{cataract.pk}/change/", values)
    assert page.status_code == 200
    assert "A topic is written once in each language." in page.text


def test_feedback_is_a_queue_that_empties(admin_client: Client) -> None:
    feedback = Feedback.objects.create(case=new_case(), helpful=False, comment="It was the other eye.")
    page = admin_client.get("/admin/diagnosis/feedback/?handled__exact=0").text
    assert "It was the other eye." in page
    for action, handled in (("mark_handled", True), ("mark_open", False)):
        admin_client.post("/admin/diagnosis/feedback/", {"action": action, "_selected_action": [feedback.pk]})
        feedback.refresh_from_db()
        assert feedback.handled is handled


def slot(**changes: object) -> Sponsor:
    values = {"name": "Soap", "text_ko": "비누", "text_en": "Soap for dogs", "active": True} | changes
    return Sponsor.objects.create(**values)


def calm(case: Case) -> Case:
    """The same case with an answer that can wait."""
    Diagnosis.objects.filter(case=case).update(abstained=False, reason="")
    Candidate.objects.filter(diagnosis__case=case).update(alert=False)
    return Case.objects.whole().get(pk=case.pk)


def test_a_slot_is_off_until_it_is_switched_on() -> None:
    case = calm(new_case())
    assert Sponsor(name="x").active is False
    one = slot(active=False)
    assert slot_for(case, Urgency.WATCH) is None
    Sponsor.objects.filter(pk=one.pk).update(active=True)
    assert slot_for(case, Urgency.WATCH) == one


def test_a_slot_never_stands_beside_what_is_urgent_unclear_or_on_a_person_s_skin() -> None:
    slot()
    case = calm(new_case())
    assert slot_for(case, Urgency.DAYS) is not None
    assert slot_for(case, Urgency.TODAY) is None
    assert slot_for(calm(new_case(species="human", body_site="skin")), Urgency.WATCH) is None
    Candidate.objects.filter(diagnosis__case=case, rank=3).update(alert=True)
    assert slot_for(Case.objects.whole().get(pk=case.pk), Urgency.WATCH) is None
    Candidate.objects.update(alert=False)
    Diagnosis.objects.update(abstained=True, reason="dark")
    assert slot_for(Case.objects.whole().get(pk=case.pk), Urgency.WATCH) is None


def test_a_slot_keeps_to_its_dates_and_its_species() -> None:
    case, today = calm(new_case()), timezone.localdate()
    slot(starts_on=today + timedelta(days=1)), slot(ends_on=today - timedelta(days=1))
    slot(species=Species.objects.get(code="cat"))
    assert slot_for(case, Urgency.WATCH) is None
    mine = slot(species=Species.objects.get(code="dog"), starts_on=today, ends_on=today)
    assert slot_for(case, Urgency.WATCH) == mine


def test_a_slot_is_labelled_and_its_link_says_what_it_is(client: Client) -> None:
    from tests.diagnosis.visiting import sent

    slot(link="https://soap.example/", text_en="Soap <script>")
    case = calm(sent(client))
    Disease.objects.update(urgency="watch")
    page = client.get(case.get_absolute_url()).text
    assert "Advertisement" in page and 'rel="sponsored noopener noreferrer"' in page
    assert "Soap &lt;script&gt;" in page


def test_a_slot_s_picture_is_rebuilt_and_served_from_here(admin_client: Client, client: Client) -> None:
    photo = encoded(drawn_photo(1200, 900), comment=b"CANARY-5e1f")
    values = {"name": "Soap", "text_ko": "비누", "text_en": "Soap", "file": SimpleUploadedFile("a.jpg", photo)}
    assert admin_client.post("/admin/diagnosis/sponsor/add/", values).status_code == 302
    sponsor = Sponsor.objects.get()
    assert not sponsor.active and b"CANARY" not in bytes(sponsor.picture) and len(sponsor.picture) < 100_000
    address = f"/en/sponsors/{sponsor.pk}.jpg"
    assert client.get(address).status_code == 404  # it is off
    Sponsor.objects.update(active=True)
    assert client.get(address).headers["Content-Type"] == "image/jpeg"
    bad = {**values, "file": SimpleUploadedFile("a.jpg", b"<svg/>"), "link": "http://soap.example"}
    page = admin_client.post("/admin/diagnosis/sponsor/add/", bad)
    assert page.status_code == 200 and "not a photo we can read" in page.text and "errors" in page.text
    assert Sponsor.objects.count() == 1


def test_the_versions_of_a_note_are_listed_in_korean(admin_client: Client, note: ConditionNote) -> None:
    written(admin_client, note, text="First.")
    place = f"/admin/diagnosis/conditionnote/{note.pk}/history/"
    pages = [
        admin_client.get(url, headers={"Accept-Language": "ko"}).text
        for url in (place, f"{place}{note.history.latest().pk}/")
    ]
    assert "초안" in pages[0] and "바꾼 사람" in pages[0] and "되돌리기" in pages[1]
    assert not any(word in page for page in pages for word in ("draft<", "Choose a date", "reviewed_by<", "'Revert'"))
