"""The result page says things in the order in which they help, and what its numbers meant in tests."""

import pytest
from django.test import Client

from diagnosis.models import Case, Diagnosis, Disease, ModelVersion, Photo
from tests.factories import answers

pytestmark = pytest.mark.usefixtures("room")

ORDER = (
    "urgency-title", "verdict-title", "candidates-title", "evidence-1", "flags-title", "notes-title", "nearby-title",
    "hand-over-title", "feedback-title",
)  # fmt: skip
CARD = {
    "kind": "multilabel",
    "measured": {"n": 200, "metrics": {"coverage90": {"value": 0.914}}, "per_class": {}},
}


@pytest.fixture
def case(client: Client) -> Case:
    assert client.post("/en/cases/", answers()).status_code == 302
    return Case.objects.get()


def _page(client: Client, case: Case, language: str = "en") -> str:
    return client.get(f"/{language}/cases/{case.token}/").text


def test_how_soon_comes_first_and_taking_it_along_last(client: Client, case: Case) -> None:
    page = _page(client, case)
    places = [page.index(f'id="{name}"') for name in ORDER]
    assert places == sorted(places)


def test_a_silent_model_says_so_after_how_soon(client: Client, case: Case) -> None:
    Diagnosis.objects.update(abstained=True, reason="uncertain")
    page = _page(client, case)
    assert page.index('id="urgency-title"') < page.index("We cannot tell from this photo</h2>")
    assert "It is probably one of these" not in page


def test_the_few_it_may_be_are_named_with_what_such_lists_held_in_tests(client: Client, case: Case) -> None:
    top, second, *_rest = case.diagnosis.candidates.all()  # type: ignore[union-attr]
    per_class = {top.disease.code: {"precision": 0.62}}
    ModelVersion.objects.update(card=CARD | {"measured": CARD["measured"] | {"per_class": per_class}})  # type: ignore[operator]
    Diagnosis.objects.update(prediction_set=[top.disease.code, second.disease.code])
    page = _page(client, case)
    assert "It is probably one of these 2" in page
    assert "the right condition was in a list like this for 91 of 100 photos" in page
    assert f"for which “{top.disease}” came first, 62 had it" in page
    folded = page[page.index("3 more that were considered") :]
    assert f">{second.disease}</a>" not in folded[: folded.index("</details>")]


def test_a_photo_without_a_heat_map_is_not_headed_by_one(client: Client, case: Case) -> None:
    photo = Photo.objects.get().image_url
    page = _page(client, case)
    assert "Where the AI looked</h2>" in page and page.count(f'src="{photo}" alt="Your photo"') == 2  # side by side
    Photo.objects.update(heatmap="")
    page = _page(client, case)
    assert page.count(f'src="{photo}" alt="Your photo"') == 1  # or it is printed twice
    assert "Where the AI looked" not in page and "Your photo</h2>" in page


def test_what_is_told_about_nothing_in_sight_is_not_headed_as_a_disease(client: Client, case: Case) -> None:
    top = case.diagnosis.top  # type: ignore[union-attr]
    assert f"About: {top.disease}" in _page(client, case)  # type: ignore[union-attr]
    Disease.objects.filter(pk=top.disease_id).update(code="no_finding")  # type: ignore[union-attr]
    assert 'class="q">About this answer</h2>' in _page(client, case)


def test_a_card_without_figures_promises_nothing(client: Client, case: Case) -> None:
    ModelVersion.objects.update(card={"kind": "multiclass"})
    assert "In tests" not in _page(client, case)


def test_the_clinics_are_asked_for_by_kind_and_never_by_case(client: Client, case: Case) -> None:
    page = _page(client, case)
    form = page[page.index('class="nearby-form"') :].split("</form>")[0]
    assert 'name="kind" value="vet"' in form and 'name="department" value="ophthalmology"' in form
    assert case.token not in form


def test_a_danger_is_put_into_numbers_and_words_on_a_person_s_skin(client: Client, case: Case) -> None:
    ModelVersion.objects.update(card=CARD | {"dangerous": {"recall": 0.93}})
    Diagnosis.objects.update(dangerous=0.127)
    page = _page(client, case)
    assert "malignant:" in page and "13%" in page
    assert "93 of 100 such growths were pointed out" in page
