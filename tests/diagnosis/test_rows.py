"""Rules the database keeps, whatever the code above it does."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from diagnosis.models import BodySite, Candidate, Case, ConditionNote, Diagnosis, Disease, Guide, ModelVersion, Species
from diagnosis.models.case import new_token

pytestmark = pytest.mark.usefixtures("catalogue")


def pair() -> dict[str, Any]:
    return {"species": Species.objects.get(code="dog"), "body_site": BodySite.objects.get(code="eye")}


def diagnosis() -> Diagnosis:
    case = Case.objects.create(owner="somebody", **pair())
    version = ModelVersion.objects.create(task="dog_eye", version="1")
    return Diagnosis.objects.create(case=case, model_version=version, milliseconds=1)


def refused(rule: str, table: Any, **values: Any) -> None:
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        table.objects.create(**values)


def test_a_code_names_one_disease_of_a_pair() -> None:
    refused("code", Disease, code="cataract", urgency="days", **pair())


def test_the_same_code_may_name_a_disease_of_another_pair() -> None:
    Disease.objects.create(
        code="cataract", urgency="days", species=Species.objects.get(code="cat"), body_site=pair()["body_site"]
    )


def test_an_unknown_urgency_is_refused() -> None:
    refused("disease_urgency_is_known", Disease, code="new", urgency="someday", **pair())


def test_a_topic_is_written_once_in_a_language() -> None:
    disease = Disease.objects.get(code="cataract", **pair())
    refused("topic", ConditionNote, disease=disease, topic="what", language="ko", text="x")


def test_a_guide_is_written_once_in_a_language() -> None:
    refused("topic", Guide, topic="signs", language="ko", text="x", **pair())


@pytest.mark.parametrize("probability", [-0.01, 1.01])
def test_a_probability_lies_between_0_and_1(probability: float) -> None:
    disease = Disease.objects.get(code="cataract", **pair())
    values = {"diagnosis": diagnosis(), "disease": disease, "rank": 1, "probability": probability}
    refused("probability_in_0_1", Candidate, **values)


def test_ranks_begin_at_1() -> None:
    disease = Disease.objects.get(code="cataract", **pair())
    refused("rank_from_1", Candidate, diagnosis=diagnosis(), disease=disease, rank=0, probability=0.5)


def test_a_rank_is_given_once() -> None:
    first, second = Disease.objects.filter(**pair())[:2]
    one = diagnosis()
    Candidate.objects.create(diagnosis=one, disease=first, rank=1, probability=0.5)
    refused("rank", Candidate, diagnosis=one, disease=second, rank=1, probability=0.5)


def test_a_disease_is_considered_once() -> None:
    disease = Disease.objects.get(code="cataract", **pair())
    one = diagnosis()
    Candidate.objects.create(diagnosis=one, disease=disease, rank=1, probability=0.5)
    refused("disease", Candidate, diagnosis=one, disease=disease, rank=2, probability=0.5)


def test_abstaining_needs_a_reason_and_a_judgement_has_none() -> None:
    one = diagnosis()
    for abstained, reason in ((True, ""), (False, "dark")):
        version = ModelVersion.objects.create(task="dog_eye", version=f"2{reason}")
        values = {"case": one.case, "model_version": version, "abstained": abstained, "reason": reason}
        refused("abstaining_has_a_reason", Diagnosis, milliseconds=1, **values)


def test_a_model_version_answers_a_case_once() -> None:
    one = diagnosis()
    refused("model_version", Diagnosis, case=one.case, model_version=one.model_version, milliseconds=1)


def test_a_case_needs_an_owner() -> None:
    refused("case_has_an_owner", Case, owner="", **pair())


def test_a_person_of_121_years_is_refused() -> None:
    refused("age_is_at_most_120", Case, owner="somebody", age=121, **pair())


def test_tokens_have_192_bits_and_never_repeat() -> None:
    tokens = {new_token() for _ in range(10_000)}
    assert len(tokens) == 10_000
    assert {len(token) for token in tokens} == {32}  # 32 characters of 6 bits each
