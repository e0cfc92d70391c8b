"""Two taps, and the tick that alone lets a photo teach."""

import csv
import io
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from diagnosis import services
from diagnosis.models import Case, Confirmation, Disease, Feedback
from diagnosis.services import training_set
from ml.datasets.columns import COLUMNS
from tests.factories import answers, new_case

pytestmark = pytest.mark.usefixtures("room")


def sent(client: Client) -> Case:
    client.post("/en/cases/", answers())
    return Case.objects.first()  # type: ignore[return-value]


def to(name: str, case: Case) -> str:
    return reverse(f"diagnosis:{name}", args=[case.token])


def agreed(code: str | None = "cataract", *, may_train: bool = True, owner: str = "somebody", photos: int = 1) -> Case:
    """A confirmed case of an owner who has or has not agreed."""
    case = new_case(owner, photos=photos)
    feedback = services.say_helpful(case, helpful=True)
    services.say_more(feedback, comment="", may_train=may_train)
    disease = Disease.objects.get(species__code="dog", body_site__code="eye", code=code) if code else None
    services.confirm(case, disease, by="clinic")
    return case


def exported() -> dict[str, bytes]:
    memory = io.BytesIO()
    services.export_training_set(memory)
    with zipfile.ZipFile(memory) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_one_tap_says_whether_it_helped(client: Client) -> None:
    case = sent(client)
    assert 'name="helpful" value="yes"' in client.get(case.get_absolute_url()).text
    answer = client.post(to("case_feedback", case), {"helpful": "no"})
    assert answer.url.endswith("#feedback")  # type: ignore[attr-defined]
    assert Feedback.objects.get().helpful is False
    assert "You said that it did not help." in client.get(case.get_absolute_url()).text
    client.post(to("case_feedback", case), {"helpful": "yes"})
    assert Feedback.objects.get().helpful is True
    assert client.post(to("case_feedback", case), {"helpful": "maybe"}).status_code == 404


def test_htmx_gets_only_the_part_that_changed(client: Client) -> None:
    case = sent(client)
    part = client.post(to("case_feedback", case), {"helpful": "yes"}, headers={"HX-Request": "true"}).text
    assert 'id="feedback"' in part and "<html" not in part


def test_nothing_is_consented_to_by_answering(client: Client) -> None:
    case = sent(client)
    client.post(to("case_feedback", case), {"helpful": "yes"})
    client.post(to("case_feedback_more", case), {"found": "cataract", "comment": "Thanks"})
    feedback = Feedback.objects.get()
    assert (feedback.comment, feedback.may_train) == ("Thanks", False)
    assert (case.confirmation.disease.code, case.confirmation.by) == ("cataract", "owner")  # type: ignore[union-attr]
    assert exported() == {}


def test_consent_is_a_tick_and_can_be_taken_back(client: Client) -> None:
    case = sent(client)
    client.post(to("case_feedback", case), {"helpful": "yes"})
    page = client.get(case.get_absolute_url()).text
    assert 'name="may_train"' in page and "checked" not in page.split('name="may_train"')[1][:60]
    client.post(to("case_feedback_more", case), {"found": "cataract", "may_train": "on"})
    assert list(exported()) == ["dog_eye.csv", "dog_eye-0.zip"]
    client.post(to("case_feedback_more", case), {"found": "cataract"})
    assert exported() == {}


def test_a_comment_needs_a_first_tap_and_fits_its_field(client: Client) -> None:
    case = sent(client)
    assert client.post(to("case_feedback_more", case), {"comment": "x"}).status_code == 404
    client.post(to("case_feedback", case), {"helpful": "yes"})
    page = client.post(to("case_feedback_more", case), {"comment": "x" * 501, "may_train": "on"})
    assert page.status_code == 422
    assert "at most 500 characters" in page.text and "x" * 501 in page.text
    assert page.context["more_form"]["may_train"].value() is True
    assert Feedback.objects.get().comment == ""
    part = client.post(to("case_feedback_more", case), {"comment": "x" * 501}, headers={"HX-Request": "true"})
    assert (part.status_code, part.text.strip()[:8]) == (422, "<section")


def test_a_refused_comment_s_page_can_be_read_in_another_language(client: Client) -> None:
    case = sent(client)
    client.post(to("case_feedback", case), {"helpful": "yes"})
    page = client.post(to("case_feedback_more", case), {"comment": "x" * 501})
    assert f'name="next" value="{case.get_absolute_url()}"' in page.text


def test_a_line_of_a_comment_ends_with_one_character(client: Client) -> None:
    case = sent(client)
    client.post(to("case_feedback", case), {"helpful": "yes"})
    assert client.post(to("case_feedback_more", case), {"comment": "x" * 498 + "\r\nx"}).status_code == 302
    assert Feedback.objects.get().comment == "x" * 498 + "\nx"


def test_a_comment_needs_no_word_about_what_was_found(client: Client) -> None:
    case = sent(client)
    client.post(to("case_feedback", case), {"helpful": "yes"})
    assert "required" not in client.get(case.get_absolute_url()).text.split('id="feedback"')[1].split("</section>")[0]


def test_the_clinic_s_tick_is_shown_to_the_owner(client: Client) -> None:
    case = sent(client)
    client.post(to("case_feedback", case), {"helpful": "yes"})
    services.confirm(case, Disease.objects.get(species__code="dog", code="cataract"), by="clinic")
    page = client.get(case.get_absolute_url()).text
    assert "The clinic ticked:" in page and 'name="found"' not in page


def test_only_confirmed_consented_and_living_cases_leave() -> None:
    kept = agreed()
    agreed(may_train=False), agreed(None), new_case()
    expired = agreed()
    Case.objects.filter(pk=expired.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert [case.pk for case in training_set.may_teach()] == [kept.pk]


def test_the_export_has_the_columns_that_training_reads() -> None:
    assert training_set.COLUMNS == COLUMNS
    agreed(photos=2)
    agreed("blepharitis", owner="another")
    files = exported()
    rows = list(csv.DictReader(io.StringIO(files["dog_eye.csv"].decode())))
    assert [row["image"] for row in rows] == [f"dog_eye/0000{number}.webp" for number in range(3)]
    assert sorted(row["label"] for row in rows) == ["blepharitis", "cataract", "cataract"]
    assert {row["origin"] for row in rows} == {"walness_clinic"} and {row["split"] for row in rows} == {"train"}
    assert len({row["group"] for row in rows}) == 2  # two photos of one owner are never parted
    with zipfile.ZipFile(io.BytesIO(files["dog_eye-0.zip"])) as shard:
        assert shard.namelist() == [row["image"] for row in rows]
        with Image.open(io.BytesIO(shard.read(rows[0]["image"]))) as picture:
            assert (picture.format, picture.size) == ("WEBP", (int(rows[0]["width"]), int(rows[0]["height"])))


def test_the_export_names_nobody() -> None:
    case = agreed()
    everything = b"".join(exported().values())
    assert case.token.encode() not in everything and case.owner.encode() not in everything
    assert str(timezone.localdate().year).encode() not in exported()["dog_eye.csv"]


def test_only_an_administrator_exports(admin_client: Client, client: Client, tmp_path: Path) -> None:
    agreed()
    address = "/admin/diagnosis/confirmation/export/"
    answer = admin_client.post(address)
    assert answer.headers["Content-Type"] == "application/zip" and "no-store" in answer.headers["Cache-Control"]
    assert zipfile.ZipFile(io.BytesIO(answer.content)).namelist() == ["dog_eye.csv", "dog_eye-0.zip"]
    assert admin_client.get(address).status_code == 405
    editor = User.objects.create_user("editor", is_staff=True)
    client.force_login(editor, backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(address).status_code == 403
    assert "1 pictures" in call_command("export_training_set", tmp_path / "set.zip", verbosity=0)


def test_what_was_said_goes_with_its_case() -> None:
    case = agreed()
    services.forget(Case.objects.filter(pk=case.pk))
    assert not Feedback.objects.exists() and not Confirmation.objects.exists() and exported() == {}
