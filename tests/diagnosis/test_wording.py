"""What every result says, and what no text says, in both languages."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import translation
from django.utils.html import escape
from django.utils.translation import gettext
from PIL import Image

from diagnosis.models import Case, Diagnosis
from tests.factories import answers, encoded
from tests.ml.hostile import drawn

CONTENT = Path(__file__).resolve().parents[2] / "diagnosis" / "content"
DOSE = re.compile(
    r"\d\s*((mg|mcg|µg|㎎|ml|㎖|cc|iu|g/kg|tablets?)\b|밀리그램|밀리리터|알씩|정씩|방울|drops? (a|per))", re.IGNORECASE
)
ALWAYS = (
    "Reference information from AI. Only an examination can confirm it.",
    "This helps you decide what to do next. It is not a diagnosis by a clinician. If it gets worse, do not wait for "
    "another photo.",
)


def texts() -> dict[str, str]:
    """Every shipped text by file, comments left out."""
    return {str(file.relative_to(CONTENT)): str(tomllib.loads(file.read_text())) for file in CONTENT.rglob("*.toml")}


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("photo", ["a spot", "nothing"])
@pytest.mark.usefixtures("room")
def test_every_result_says_what_it_rests_on_and_what_cannot_wait(client: Client, language: str, photo: str) -> None:
    picture = drawn() if photo == "a spot" else Image.new("RGB", (320, 240), "gray")
    client.post("/en/cases/", answers(encoded(picture)))
    case, diagnosis = Case.objects.get(), Diagnosis.objects.get()
    page = client.get(f"/{language}/cases/{case.token}/")
    with translation.override(language):
        for sentence in ALWAYS:
            assert escape(gettext(sentence)) in page.text
    assert page.context["red_flags"] or page.context["diagnosis"].reason
    assert diagnosis.model_version.version in page.text
    if page.context["top"]:
        assert re.search(r"\d+\s?%", page.text)


def test_no_text_names_a_dose() -> None:
    found = {name: DOSE.findall(text) for name, text in texts().items()}
    assert found
    assert {name: doses for name, doses in found.items() if doses} == {}


def test_a_dose_would_be_found() -> None:
    assert DOSE.search("twice a day 5 mg") and DOSE.search("하루 두 번 3방울씩") and not DOSE.search("5 minutes")


def red_flags(tasks: str) -> list[str]:
    """Every sign of these tasks that cannot wait, in both languages."""
    every: list[str] = []
    for file in sorted((CONTENT / "diseases").glob(f"{tasks}.toml")):
        content = tomllib.loads(file.read_text(encoding="utf-8"))
        texts = [content["guide"], *(disease["notes"] for disease in content["disease"])]
        every += [line for text in texts for words in text.values() for line in words["red_flags"]]
    return every


PETS, PEOPLE = "[dc]*", "human*"  # dogs and cats; people
NOW, TODAY, SOONEST = r"지금|바로 119|\bnow\b", "오늘|today", "가장 빠른|soonest"


@pytest.mark.parametrize(
    ("tasks", "sign", "urgency"),
    [
        (PEOPLE, "(아이|child).*(하얗|white)", TODAY),
        (PEOPLE, "커튼|curtain", NOW),
        (PEOPLE, "둘로 보이|[Dd]ouble vision", NOW),
        (PEOPLE, "사라지지 않는|do not fade", NOW),
        (PEOPLE, "검은 줄이.*넓어|nail streak", SOONEST),
        (PEOPLE, "몇 주나 몇 달|weeks or months", SOONEST),
        (PETS, "숨쉬기|breath", NOW),
        (PETS, "창백|pale", NOW),
        (PETS, "하루 넘게|more than a day", TODAY),
        (PETS, "벼룩약을 쓴|flea product", NOW),
        (PETS, "흘러나와|왈칵|leaks|gushes", NOW),
        (PETS, "갑자기 (앞을 )?(잘 )?못 (보|봐)|suddenly (seems (unable|blind)|fails)", NOW),
        (PETS, "눈알이 (커|튀)|[Ee]yeball (looks|is) (larger|enlarged)", NOW),
    ],
)
def test_one_sign_is_as_urgent_wherever_it_stands(tasks: str, sign: str, urgency: str) -> None:
    lines = [line for line in red_flags(tasks) if re.search(sign, line)]
    assert len(lines) >= 2  # one in each language
    assert [line for line in lines if not re.search(urgency, line)] == []


def test_the_heading_over_signs_names_no_day_as_some_of_its_lines_name_another() -> None:
    for name in ("_red_flags.html", "report.html"):
        page = (CONTENT.parents[1] / "templates" / "diagnosis" / name).read_text()
        assert "When it cannot wait" in page and "mean today" not in page


def diseases(tasks: str) -> dict[str, dict[str, Any]]:
    """What is shipped of every disease of these tasks, by task and code."""
    files = [tomllib.loads(file.read_text(encoding="utf-8")) for file in (CONTENT / "diseases").glob(f"{tasks}.toml")]
    return {f"{file['task']} {disease['code']}": disease for file in files for disease in file["disease"]}


def test_where_a_chemical_can_be_the_cause_the_page_says_to_rinse_first() -> None:
    for name, disease in diseases("*_eye").items():
        for words in disease["notes"].values():
            if re.search("약품|chemical", " ".join(words["causes"])):
                assert re.search("씻어|[Rr]inse", " ".join(words["home_care"])), name
    page = (CONTENT.parents[1] / "templates" / "diagnosis" / "_emergency.html").read_text()
    assert re.search("chemical got into the eye: rinse", page)


def test_nobody_gives_an_animal_in_pain_a_human_painkiller() -> None:
    painful = {name: disease for name, disease in diseases(PETS).items() if disease["urgency"] == "today"}
    painful |= {name: diseases(PETS)[name] for name in ("cat_eye corneal_sequestrum", "dog_skin hotspot")}
    assert len(painful) == 4
    for name, disease in painful.items():
        for words in disease["notes"].values():
            assert re.search("사람 진통제|human painkillers", " ".join(words["home_care"])), name


def test_every_page_on_fleas_keeps_a_dog_s_product_from_cats() -> None:
    alerts = tomllib.loads((CONTENT / "household.toml").read_text(encoding="utf-8"))["alert"]
    texts = [text for alert in alerts if alert["code"] == "flea_allergy" for text in alert["text"].values()]
    for disease in (diseases(PETS)["dog_skin flea_allergy"], diseases(PETS)["cat_skin flea_allergy"]):
        texts += [" ".join(words["home_care"]) for words in disease["notes"].values()]
    assert len(texts) == 8
    assert [text for text in texts if not re.search("고양이용|고양이에게 쓰지|made for cats|on a cat", text)] == []


STRAY = re.compile("(?<!실)패[인이였]|비져나|귀진드기|괴사편|강아지용|피부 확대경|조직 검사")
# Elsewhere: 파인, 튀어나, 귀 진드기, 각막부골편, 개 전용, 피부확대경, 조직검사.


def test_korean_words_are_spelt_and_named_alike_everywhere() -> None:
    po = (CONTENT.parents[1] / "walness" / "locale" / "ko" / "LC_MESSAGES" / "django.po").read_text(encoding="utf-8")
    assert {name: STRAY.findall(text) for name, text in (texts() | {"po": po}).items() if STRAY.search(text)} == {}


def test_both_languages_say_as_much() -> None:
    for name, disease in diseases("*").items():
        korean, english = disease["notes"]["ko"], disease["notes"]["en"]
        assert {topic: len(lines) for topic, lines in korean.items()} == {
            topic: len(lines) for topic, lines in english.items()
        }, name
