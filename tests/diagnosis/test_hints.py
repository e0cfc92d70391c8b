"""Hints and look-alikes on the result page: a sentence for every code, and silence where there is nothing to say."""

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from diagnosis.models import Candidate, Diagnosis, Disease

CODES = ("blurred", "dark", "glare", "too_small", "not_in_frame", "unsteady", "wrong_site")


def sentences(hints: list[str]) -> list[str]:
    with translation.override("en"):
        page = render_to_string("diagnosis/_hints.html", {"diagnosis": Diagnosis(hints=hints)})
    return [part.split("</li>")[0].strip() for part in page.split("<li>")[1:]]


@pytest.mark.parametrize("code", CODES)
def test_every_hint_is_a_sentence_that_says_what_to_do(code: str) -> None:
    (said,) = sentences([code])
    assert said.endswith(".") and len(said) > 40


def test_every_hint_has_its_own_sentence() -> None:
    assert len(set(sentences(list(CODES)))) == len(CODES)


def test_without_hints_the_page_says_nothing() -> None:
    assert render_to_string("diagnosis/_hints.html", {"diagnosis": Diagnosis()}).strip() == ""


def test_look_alikes_are_named_by_their_condition() -> None:
    candidates = [Candidate(disease=Disease(code=code)) for code in ("cataract", "blepharitis")]
    for candidate, name in zip(candidates, ("Cataract", "Blepharitis"), strict=True):
        candidate.disease.name_en = candidate.disease.name_ko = name
    diagnosis = Diagnosis(lookalikes=[["blepharitis", 9], ["cataract", 6]])
    page = render_to_string("diagnosis/_lookalikes.html", {"diagnosis": diagnosis, "candidates": candidates})
    assert page.index("Blepharitis") < page.index("Cataract") and ">9<" in page


def test_an_answer_that_was_not_given_has_no_second_opinion() -> None:
    diagnosis = Diagnosis(lookalikes=[["cataract", 15]], abstained=True)
    assert render_to_string("diagnosis/_lookalikes.html", {"diagnosis": diagnosis, "candidates": []}).strip() == ""
