"""The report: one page in any language, its typeface inside, nothing from elsewhere."""

import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from io import BytesIO
from unittest import mock

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation
from pypdf import PdfReader

from diagnosis import gate, report, services
from diagnosis.checks import reports_can_be_set
from diagnosis.models import Case, ConditionNote, Diagnosis, Disease
from tests.diagnosis.visiting import sent, to
from tests.factories import new_case

pytestmark = pytest.mark.usefixtures("room")


def test_this_machine_can_set_a_page() -> None:
    assert not reports_can_be_set(), "Debian's Pango is missing: apt-get install libpango-1.0-0 libpangoft2-1.0-0"


def told(case: Case, language: str) -> PdfReader:
    with translation.override(language):
        return PdfReader(BytesIO(report.as_pdf(Case.objects.whole().get(pk=case.pk))))


def words(pdf: PdfReader) -> str:
    """The words without gaps: a part of the typeface ends where the next begins."""
    return re.sub(r"\s", "", "".join(page.extract_text() for page in pdf.pages))


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_report_is_one_page_with_its_typeface_inside(language: str) -> None:
    case = new_case(species="human", body_site="skin", photos=3)
    Diagnosis.objects.update(abstained=False, reason="")
    patient = services.add_patient(owner="somebody", name="보리", species=case.species, birth_year=2019)
    services.put_on_timeline(case, patient)
    pdf = told(case, language)
    assert len(pdf.pages) == 1
    top = case.diagnosis.candidates.all()[0].disease  # type: ignore[union-attr]
    expected = (top.name_ko if language == "ko" else top.name_en, "보리", "2019", "human_skin", "2026.11.1")
    assert not [part for part in expected if re.sub(r"\s", "", part) not in words(pdf)]
    fonts = [font.get_object() for font in pdf.pages[0]["/Resources"]["/Font"].values()]  # type: ignore[index]
    inside = [font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object() for font in fonts]
    assert inside and all("/FontFile2" in one or "/FontFile3" in one for one in inside)


def test_the_longest_answer_still_fits_one_page() -> None:
    case = new_case(species="human", body_site="skin", photos=3)
    Diagnosis.objects.update(abstained=False, reason="")
    long = "이 자리에서 가장 긴 설명을 씁니다. " * 14
    Disease.objects.update(urgency_reason_ko=long[:300], name_ko="아주 긴 이름을 가진 질환 " * 5)
    ConditionNote.objects.filter(topic="red_flags").update(
        text="\n".join(["숨쉬기 힘들거나 얼굴이 갑자기 부으면 바로 진료를 받아 주세요."] * 14)
    )
    assert len(told(case, "ko").pages) == 1


def test_a_report_on_a_photo_that_was_not_judged_says_what_its_numbers_are_worth() -> None:
    case = new_case()
    told_unsure = "Toounsuretorelyon"
    Diagnosis.objects.update(abstained=False, reason="")
    assert told_unsure not in words(told(case, "en"))
    Diagnosis.objects.update(abstained=True, reason="out_of_scope")
    assert told_unsure in words(told(case, "en"))


def test_reports_share_their_fonts_and_take_turns() -> None:
    case = Case.objects.whole().get(pk=new_case().pk)
    context = report.report_context(case)
    first = report.as_pdf(case)
    with (
        mock.patch.object(report, "report_context", return_value=context),  # threads of a test see no rows
        mock.patch("weasyprint.text.fonts.FontConfiguration", side_effect=AssertionError("fonts of its own")),
        ThreadPoolExecutor(3) as hands,
    ):
        reports = list(hands.map(report.as_pdf, [case] * 8))
    assert {words(PdfReader(BytesIO(one))) for one in reports} == {words(PdfReader(BytesIO(first)))}


def test_a_report_takes_nothing_from_the_network_or_another_folder() -> None:
    from diagnosis.typeface import OwnFiles

    for address in ("https://example.org/a.png", "http://127.0.0.1/", "file:///etc/passwd", "font:../../manage.py"):
        with pytest.raises(ValueError, match="takes nothing from"):
            OwnFiles().fetch(address)
    assert OwnFiles().fetch("data:text/plain,x").read() == b"x"


def test_an_owner_s_words_stay_words_in_a_report() -> None:
    case = new_case()
    name = "<img src=//x.example>"
    services.put_on_timeline(case, services.add_patient(owner="somebody", name=name, species=case.species))
    assert "<imgsrc=//x.example>" in words(told(case, "en"))


def test_the_report_is_a_file_that_nobody_stores(client: Client) -> None:
    answer = client.get(to("case_report", sent(client)))
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.content.startswith(b"%PDF-")


def test_without_pango_the_page_says_what_to_do_instead(client: Client) -> None:
    case = sent(client)
    with mock.patch.object(report, "_set", side_effect=report.NoPrinter("libpango")):
        answer = client.get(to("case_report", case))
    assert answer.status_code == 503 and "print the answer from your browser" in answer.text


def test_reports_wait_in_a_queue_of_their_own_and_leave_the_places_to_photos(client: Client) -> None:
    case = sent(client)
    with ExitStack() as places:
        for _ in range(settings.DIAGNOSIS_PLACES):
            places.enter_context(gate.place())
        assert client.get(to("case_report", case)).status_code == 200
    with mock.patch.object(report._queue, "acquire", return_value=False):
        answer = client.get(to("case_report", case))
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert "pages for clinics" in answer.text
    assert client.get(to("case_report", case)).status_code == 200


def test_a_place_in_the_queue_is_free_again_after_a_report_that_failed() -> None:
    for _ in range(4):
        with mock.patch.object(report, "report_context", side_effect=RuntimeError), pytest.raises(RuntimeError):
            report.as_pdf(Case())
