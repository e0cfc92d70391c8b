"""What every result says, and what no text says, in both languages."""

import re
import tomllib
from pathlib import Path

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
NOW, TODAY = r"지금|바로 119|\bnow\b", "오늘|today"


@pytest.mark.parametrize(
    ("tasks", "sign", "urgency"),
    [
        (PEOPLE, "(아이|child).*(하얗|white)", TODAY),
        (PEOPLE, "커튼|curtain", NOW),
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
    assert len(lines) >= 4
    assert [line for line in lines if not re.search(urgency, line)] == []


def test_the_heading_over_signs_names_no_day_as_some_of_its_lines_name_another() -> None:
    for name in ("_red_flags.html", "report.html"):
        page = (CONTENT.parents[1] / "templates" / "diagnosis" / name).read_text()
        assert "When it cannot wait" in page and "mean today" not in page
