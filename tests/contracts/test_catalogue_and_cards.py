"""Every word a released model can say has an explanation, in every language."""

import tomllib
from typing import Any

import pytest

from diagnosis import checks, content_check, engine
from diagnosis.models import ConditionNote, Language
from ml.inference import model_card, released_tasks

LABELS = {
    "dog_eye": "conjunctivitis cataract blepharitis nonulcerative_keratitis ulcerative_keratitis",
    "cat_eye": "conjunctivitis corneal_ulcer corneal_sequestrum nonulcerative_keratitis blepharitis",
    "dog_skin": "demodicosis dermatitis fungal_infection healthy hypersensitivity ringworm flea_allergy ear_mites "
    "hotspot mange pyoderma leprosy bacterial",
    "cat_skin": "flea_allergy healthy ringworm scabies",
    "human_skin": "nv mel bkl bcc akiec scc df vasc",
    "human_eye": "cataract conjunctivitis no_finding",
}  # what the tasks of this project are trained to say
FILES = sorted((content_check.CONTENT / "diseases").glob("*.toml"))


def content(task: str) -> dict[str, Any]:
    return tomllib.loads((content_check.CONTENT / "diseases" / f"{task}.toml").read_text(encoding="utf-8"))


def test_there_is_a_file_for_every_task() -> None:
    assert {file.stem for file in FILES} == set(LABELS)


@pytest.mark.parametrize("task", LABELS)
def test_every_label_of_a_task_has_its_disease(task: str) -> None:
    assert {disease["code"] for disease in content(task)["disease"]} >= set(LABELS[task].split())


@pytest.mark.parametrize("task", LABELS)
def test_every_disease_is_explained_in_every_language_with_sources(task: str) -> None:
    for disease in content(task)["disease"]:
        assert disease["sources"], disease["code"]
        for language in Language.values:
            assert set(disease["notes"][language]) == set(ConditionNote.Topic.values), (disease["code"], language)


@pytest.mark.parametrize("task", LABELS)
def test_no_words_promise_that_all_is_well(task: str) -> None:
    text = (content_check.CONTENT / "diseases" / f"{task}.toml").read_text(encoding="utf-8").lower()
    for promise in ("all clear", "nothing to worry", "걱정하지 않으셔도", "걱정 없어요"):
        assert promise not in text, promise


@pytest.mark.parametrize("task", released_tasks())
def test_every_label_of_a_shipped_card_has_its_disease(task: str) -> None:
    card = model_card(task)
    if card.kind != "segmentation":
        assert set(card.labels) <= {disease["code"] for disease in content(task)["disease"]}


@pytest.mark.usefixtures("room")
def test_the_system_check_is_content_with_the_shipped_words() -> None:
    assert checks.catalogue_knows_every_label(["default"]) == []


@pytest.mark.usefixtures("room")
def test_the_system_check_names_a_label_without_its_words() -> None:
    ConditionNote.objects.filter(disease__code="mel", language="en").delete()
    (problem,) = checks.catalogue_knows_every_label(["default"])
    assert problem.msg == "human_skin: mel has 6 of 12 notes; run load_catalogue."


@pytest.mark.usefixtures("room")
def test_every_released_task_names_a_known_pair() -> None:
    for card in engine.cards():
        assert card.task in LABELS
