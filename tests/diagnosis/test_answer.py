"""How soon somebody should see it, and what people read with the answer."""

import pytest
from django.test import Client
from django.utils import translation
from PIL import Image

from diagnosis.answer import case_context, how_soon, notes_of, urgency_of
from diagnosis.models import BodySite, Candidate, Case, Diagnosis, Disease, ModelVersion, Species
from diagnosis.services import cases
from tests import factories
from tests.factories import new_case

pytestmark = pytest.mark.usefixtures("room")


def judged(case: Case, first: str, *, alert: str = "", sure: float = 0.8) -> Diagnosis:
    """The case's diagnosis, as if the model had named this disease first."""
    diagnosis = case.diagnosis
    assert diagnosis is not None
    ranked = sorted(diagnosis.candidates.all(), key=lambda one: one.disease.code != first)
    Candidate.objects.filter(diagnosis=diagnosis).delete()
    for rank, one in enumerate(ranked, start=1):
        probability = sure if rank == 1 else (1 - sure) / (len(ranked) - 1)
        values = {"rank": rank, "probability": probability, "alert": one.disease.code == alert}
        Candidate.objects.create(diagnosis=diagnosis, disease=one.disease, **values)
    return Diagnosis.objects.get(pk=diagnosis.pk)


def test_the_first_candidate_says_how_soon() -> None:
    diagnosis = judged(new_case(species="human", body_site="skin"), "nv")
    disease = Disease.objects.get(code="nv")
    assert urgency_of(diagnosis) == (disease.urgency, disease.urgency_reason)


def test_a_possible_melanoma_decides_how_soon_even_behind_a_mole() -> None:
    diagnosis = judged(new_case(species="human", body_site="skin"), "nv", alert="mel")
    melanoma = Disease.objects.get(code="mel")
    assert urgency_of(diagnosis) == (melanoma.urgency, melanoma.urgency_reason)
    assert melanoma.urgency != Disease.objects.get(code="nv").urgency


def test_a_possible_melanoma_asks_for_an_appointment_and_not_for_today_s_end(client: Client) -> None:
    judged(new_case(species="human", body_site="skin"), "mel")
    human, eye = Species.objects.get(code="human"), BodySite.objects.get(code="eye")
    with translation.override("en"):
        page = client.get(Disease.objects.get(code="mel").get_absolute_url()).text
        said = case_context(Case.objects.get())["how_soon"]
        assert how_soon("today", human, eye) == "Please be seen today"
    assert said == "Please book the soonest appointment" and f">{said}</h" in page


@pytest.mark.parametrize(
    ("doubt", "said"),
    [
        ({"dangerous": 0.2}, "should not wait"),
        ({"hints": ["dark"]}, "not clear enough"),
        ({"steady": False}, "not clear enough"),
    ],
)
def test_nobody_is_told_to_wait_where_the_answer_itself_has_doubts(doubt: dict[str, object], said: str) -> None:
    judged(new_case(species="human", body_site="skin"), "df")
    ModelVersion.objects.update(card={"dangerous": {"threshold": 0.164}})
    assert urgency_of(Diagnosis.objects.get())[0] == "watch"
    Diagnosis.objects.update(**doubt)
    urgency, reason = urgency_of(Diagnosis.objects.get())
    assert urgency == "days" and said in reason


def test_nobody_is_told_to_wait_when_most_of_the_rest_should_be_seen() -> None:
    diagnosis = judged(new_case(species="human", body_site="skin"), "df", sure=0.1)
    assert urgency_of(diagnosis)[0] == "days"


def test_a_likely_disease_that_cannot_wait_is_said_behind_another(monkeypatch: pytest.MonkeyPatch) -> None:
    Disease.objects.filter(species__code="dog", body_site__code="eye", code="cataract").update(urgency="today")
    monkeypatch.setattr(cases, "CANNOT_WAIT", 0.0)
    diagnosis = new_case().diagnosis
    assert diagnosis is not None and urgency_of(diagnosis)[0] == "today"
    assert {one.disease.urgency for one in diagnosis.candidates.all() if one.alert} == {"today"}
    monkeypatch.setattr(cases, "CANNOT_WAIT", 1.1)
    assert not any(one.alert for one in new_case().diagnosis.candidates.all())  # type: ignore[union-attr]


def test_a_photo_of_nothing_raises_no_alarm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cases, "CANNOT_WAIT", 0.0)
    monkeypatch.setattr(factories, "drawn_photo", lambda: Image.new("RGB", (320, 240), "white"))
    Disease.objects.update(urgency="today")
    diagnosis = new_case().diagnosis
    assert diagnosis is not None and (diagnosis.reason, urgency_of(diagnosis)[0]) == ("blank", "days")


def test_without_a_judgement_nobody_is_sent_away_reassured() -> None:
    diagnosis = judged(new_case(), "cataract")
    Diagnosis.objects.update(abstained=True, reason="uncertain")
    context = case_context(Case.objects.get())
    assert context["top"] is None and context["urgency"] == "days"
    assert "if it hurts or gets worse, do not wait" in context["urgency_reason"]
    assert len(context["candidates"]) == diagnosis.candidates.count()
    assert context["red_flags"] == context["guide"]["red_flags"]


def test_notes_come_in_reading_order_and_in_the_reader_s_language() -> None:
    disease = Disease.objects.get(species__code="dog", code="cataract")
    with translation.override("ko"):
        korean = notes_of(disease)
    with translation.override("en"):
        english = notes_of(disease)
    assert [note["topic"] for note in korean] == [note["topic"] for note in english]
    assert korean[0]["lines"] != english[0]["lines"]
    assert english[0]["sources"] == disease.sources
