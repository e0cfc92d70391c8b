"""What passes between pets and people is said where it is likely, and nowhere else."""

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.utils import translation

from diagnosis.household import alerts_for, told_once
from diagnosis.models import Candidate, Case, Diagnosis, Disease, HouseholdAlert
from tests.diagnosis.visiting import sent
from tests.factories import new_case

pytestmark = pytest.mark.usefixtures("room")


def alert_about(code: str, **changes: str) -> HouseholdAlert:
    """An alert about a disease of a dog's eye, which the tiny model knows."""
    disease = Disease.objects.get(species__code="dog", body_site__code="eye", code=code)
    values = {"direction": "both", "text_ko": "손을 씻어 주세요.", "text_en": "Wash your hands."} | changes
    return HouseholdAlert.objects.create(disease=disease, **values)


def answered(case: Case, **probabilities: float) -> Case:
    """The same case with a judged answer of these probabilities."""
    Diagnosis.objects.filter(case=case).update(abstained=False, reason="")
    rows = Candidate.objects.filter(diagnosis__case=case).select_related("disease")
    rows.update(alert=False)
    for candidate in rows:
        candidate.probability = probabilities.get(candidate.disease.code, 0.01)
        candidate.save()
    return Case.objects.whole().get(pk=case.pk)


def test_a_likely_catching_finding_is_told() -> None:
    alert = alert_about("conjunctivitis")
    assert alerts_for(answered(new_case(), conjunctivitis=0.31)) == [alert]


def test_an_unlikely_one_is_not() -> None:
    alert_about("ulcerative_keratitis")
    case = answered(new_case())
    Candidate.objects.filter(disease__code="ulcerative_keratitis").update(rank=99)
    assert alerts_for(Case.objects.whole().get(pk=case.pk)) == []


def test_an_alarm_is_told_however_unlikely() -> None:
    alert = alert_about("ulcerative_keratitis")
    case = answered(new_case())
    Candidate.objects.filter(disease__code="ulcerative_keratitis").update(alert=True, rank=99)
    assert alerts_for(Case.objects.whole().get(pk=case.pk)) == [alert]


def test_a_photo_that_could_not_be_judged_alarms_nobody_at_home() -> None:
    alert_about("conjunctivitis")
    case = answered(new_case(), conjunctivitis=0.9)
    Diagnosis.objects.filter(case=case).update(abstained=True, reason="dark")
    assert alerts_for(Case.objects.whole().get(pk=case.pk)) == []


def test_what_an_editor_has_hidden_is_not_told() -> None:
    HouseholdAlert.objects.filter(pk=alert_about("conjunctivitis").pk).update(active=False)
    assert alerts_for(answered(new_case(), conjunctivitis=0.9)) == []


@pytest.mark.parametrize(("language", "words"), [("ko", "손을 씻어 주세요."), ("en", "Wash your hands.")])
def test_the_result_page_tells_it_in_the_reader_s_language(client: Client, language: str, words: str) -> None:
    alert_about("conjunctivitis", source_url="https://example.org/", source_title="Source")
    case = answered(sent(client), conjunctivitis=0.9)
    page = client.get(f"/{language}/cases/{case.token}/").text
    assert words in page and 'href="https://example.org/"' in page


def test_the_same_words_are_told_once_for_all_that_they_are_about(client: Client) -> None:
    for code in ("conjunctivitis", "ulcerative_keratitis"):
        alert_about(code)
    case = answered(sent(client), conjunctivitis=0.9, ulcerative_keratitis=0.8)
    page = client.get(f"/en/cases/{case.token}/").text
    assert page.count("Wash your hands.") == 1
    assert "If it is Conjunctivitis, Ulcerative keratitis (corneal ulcer)" in page


def test_only_of_a_catching_disease_the_heading_says_who_can_catch_it() -> None:
    alert = alert_about("conjunctivitis", direction="both")
    with translation.override("en"):
        assert "can catch it" not in render_to_string("diagnosis/_household.html", {"household": told_once([alert])})
        alert.disease.catching = "pets"
        assert ": Other pets can catch it" in render_to_string(
            "diagnosis/_household.html", {"household": told_once([alert])}
        )


def test_whoever_can_catch_a_shipped_disease_is_told_in_its_alert() -> None:
    for disease in Disease.objects.exclude(catching=""):
        assert disease.household_alert.direction in ("both", f"to_{disease.catching}"), disease


def test_the_shipped_table_covers_what_passes_between_pets_and_people() -> None:
    codes = set(HouseholdAlert.objects.values_list("disease__species__code", "disease__code"))
    assert codes >= {("dog", "ringworm"), ("cat", "ringworm"), ("dog", "mange"), ("cat", "scabies")}
    assert ("human", "conjunctivitis") in codes  # and the reverse
    texts = " ".join(HouseholdAlert.objects.values_list("text_en", flat=True))
    assert "Cheyletiella" in texts
