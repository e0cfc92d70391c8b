"""The pages: what works, what is refused with its sentence, and what is nobody else's business."""

import re
from pathlib import Path
from threading import Barrier

import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image
from pytest_django import DjangoAssertNumQueries

from diagnosis import gate
from diagnosis.models import Case, Disease
from ml.inference import read_photo
from tests.factories import answers, drawn_photo, encoded, new_case

pytestmark = pytest.mark.usefixtures("room")
HOME, CASES = "/en/", "/en/cases/"


def submitted(client: Client, **changes: object) -> Case:
    response = client.post(CASES, answers(**changes))
    assert response.status_code == 302, response.text
    return Case.objects.get(token=response.url.split("/")[-2])  # type: ignore[attr-defined]


def without_tokens(page: str) -> str:
    """The page without addresses of cases and without the form's one-time tokens."""
    return re.sub(r"cases/[\w-]{32}/[\w/.]*|value=\"\w{64}\"", "", page)


def test_the_form_says_which_pairs_a_model_judges(client: Client) -> None:
    coverage = client.get(HOME).context["coverage"]
    assert {row["task"]: row["released"] for row in coverage} == {
        "dog_eye": True, "dog_skin": False, "cat_eye": False, "cat_skin": False, "human_eye": False, "human_skin": True,
    }  # fmt: skip


def test_choosing_what_no_model_judges_shows_the_way_to_its_guide_before_a_photo(client: Client) -> None:
    page = client.get(HOME).text
    row = page[page.index('data-pair="cat-eye"') :]
    assert '<a class="btn" href="/en/guide/cat/eye/">' in row[: row.index("</li>")]


def test_signs_that_cannot_wait_lead_to_clinics_for_animals_and_for_people(client: Client) -> None:
    page = client.get("/en/").text
    for kind in ("vet", "clinic"):
        assert f"/en/clinics/?kind={kind}&amp;urgency=today" in page
    assert "119 if a person is in danger" in page


def test_a_photo_leads_to_an_explained_answer(client: Client) -> None:
    response = client.post(CASES, answers(), follow=True)
    context = response.context
    assert response.status_code == 200
    assert [candidate.rank for candidate in context["candidates"]] == [1, 2, 3, 4, 5]
    assert context["top"] == context["candidates"][0]
    assert [note["topic"] for note in context["notes"]] == [
        "what", "causes", "signs", "home_care", "at_clinic", "red_flags",
    ]  # fmt: skip
    speaking = [one.disease for one in context["candidates"] if one == context["top"] or one.alert]
    assert (context["urgency"], context["urgency_reason"]) in {(one.urgency, one.urgency_reason) for one in speaking}
    assert context["urgency_reason"] in response.text or "&" in context["urgency_reason"]
    assert context["red_flags"]
    assert str(context["top"].disease) in response.text
    assert context["model_version"].version in response.text


def test_three_photos_are_judged_together(client: Client) -> None:
    photo = encoded(drawn_photo())
    client.post(CASES, answers(photo, photo, photo))
    assert [one.number for one in Case.objects.get().photos.all()] == [1, 2, 3]


def test_photos_of_one_case_are_read_side_by_side_and_kept_in_their_order(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    together = Barrier(3, timeout=10)

    def read(data: bytes) -> Image.Image:
        together.wait()  # nobody passes until all three are being read
        return read_photo(data)

    monkeypatch.setattr("diagnosis.forms.read_photo_apart", read)
    widths = (300, 320, 340)
    response = client.post(CASES, answers(*(encoded(drawn_photo(width)) for width in widths)))
    assert response.status_code == 302
    assert [photo.width for photo in Case.objects.get().photos.order_by("number")] == list(widths)


def test_age_sex_and_place_are_kept_with_the_case(client: Client) -> None:
    case = submitted(client, species="human", body_site="skin", age="44", sex="female", site="arm")
    assert (case.age, case.sex, case.site) == (44, "female", "arm")


def test_a_blank_photo_is_answered_with_cannot_judge(client: Client) -> None:
    blank = encoded(drawn_photo().resize((1, 1)).resize((320, 240)))
    context = client.post(CASES, answers(blank), follow=True).context
    assert (context["top"], context["diagnosis"].reason) == (None, "blank")
    assert context["notes"] == []
    assert context["red_flags"]  # what cannot wait is shown all the same


def test_the_clinics_link_fits_the_case_and_does_not_name_it(client: Client) -> None:
    case = submitted(client, species="human", body_site="skin")
    url = client.get(case.get_absolute_url()).context["clinics_url"]
    assert "kind=clinic&department=dermatology&urgency=" in url
    assert case.token not in url


def test_an_owner_sees_photo_and_heat_map(client: Client) -> None:
    case = submitted(client)
    photo = case.photos.get()
    for url, kind, start in ((photo.image_url, "jpeg", b"\xff\xd8"), (photo.heatmap_url, "png", b"\x89PNG")):
        response = client.get(url)
        assert response.headers["Content-Type"] == f"image/{kind}"
        assert response.content.startswith(start)
        assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert response.headers["Cache-Control"] == "private, no-store"


def test_two_visitors_never_see_each_other_s_case(client: Client) -> None:
    case = submitted(client)
    stranger = Client()
    submitted(stranger)
    photo = case.photos.get()
    unknown = stranger.get(reverse("diagnosis:case_detail", args=["x" * 32]))
    for url in (case.get_absolute_url(), photo.image_url, photo.heatmap_url):
        response = stranger.get(url)
        assert response.status_code == 404
        assert without_tokens(response.text) == without_tokens(unknown.text)
    assert stranger.post(reverse("diagnosis:case_delete", args=[case.token])).status_code == 404
    assert case not in stranger.get("/en/my-cases/").context["cases"]
    assert Case.objects.filter(pk=case.pk).exists()


def test_an_expired_case_is_as_absent_as_none(client: Client) -> None:
    case = submitted(client)
    Case.objects.update(expires_at=case.created_at)
    assert client.get(case.get_absolute_url()).status_code == 404
    assert list(client.get("/en/my-cases/").context["cases"]) == []


def test_my_cases_lists_the_visitor_s_own(client: Client) -> None:
    case = submitted(client)
    assert list(client.get("/en/my-cases/").context["cases"]) == [case]


def test_a_photo_that_does_not_exist_is_a_404(client: Client) -> None:
    case = submitted(client)
    for name in ("case_photo", "case_heatmap"):
        assert client.get(reverse(f"diagnosis:{name}", args=[case.token, 2])).status_code == 404


def test_a_form_that_a_script_sent_opens_the_result_as_well(client: Client) -> None:
    response = client.post(CASES, answers(), headers={"HX-Request": "true"})
    assert (response.status_code, response.headers["HX-Redirect"]) == (200, Case.objects.get().get_absolute_url())


def test_when_every_place_is_taken_the_visitor_is_asked_to_come_back(client: Client, room: Path) -> None:
    with gate.place(), gate.place(), gate.place(), gate.place():
        response = client.post(CASES, answers())
    assert response.status_code == 503
    assert 5 <= int(response.headers["Retry-After"]) <= 60
    assert not Case.objects.exists() and not room.exists()
    assert client.post(CASES, answers()).status_code == 302  # and every place was given back


@pytest.mark.parametrize("name", ["disease_list", "my_cases", "home", "case_create"])
def test_a_plain_page_opens(client: Client, name: str) -> None:
    assert client.get(reverse(f"diagnosis:{name}")).status_code == 200


@pytest.mark.parametrize("page", ["about", "privacy", "sources", "models"])
@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_small_print_opens_in_both_languages(client: Client, page: str, language: str) -> None:
    assert client.get(f"/{language}/{page}/").status_code == 200


def test_every_disease_has_its_page_in_both_languages(client: Client) -> None:
    disease = Disease.objects.get(species__code="dog", code="cataract")
    for language, name in (("ko", disease.name_ko), ("en", disease.name_en)):
        response = client.get(f"/{language}/diseases/dog/eye/cataract/")
        assert name in response.text
        assert len(response.context["notes"]) == 6
    assert client.get("/en/diseases/dog/eye/nothing/").status_code == 404


def test_the_guide_helps_where_no_model_is_honest(client: Client) -> None:
    response = client.get("/en/guide/cat/eye/")
    assert response.status_code == 200
    assert response.context["guide"]["signs"] and response.context["guide"]["red_flags"]
    assert {disease.code for disease in response.context["diseases"]} >= {"corneal_ulcer", "corneal_sequestrum"}
    assert client.get("/en/guide/cow/eye/").status_code == 404


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_a_wrong_method_is_a_405(client: Client, method: str) -> None:
    for name in ("home", "case_create", "disease_list", "my_cases"):
        assert getattr(client, method)(reverse(f"diagnosis:{name}")).status_code == 405


def test_a_case_is_not_deleted_by_following_a_link(client: Client) -> None:
    case = submitted(client)
    assert client.get(reverse("diagnosis:case_delete", args=[case.token])).status_code == 405


def test_forms_from_elsewhere_are_refused() -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(CASES, answers()).status_code == 403
    assert strict.post(CASES, answers(), headers={"Origin": "https://elsewhere.example"}).status_code == 403
    assert not Case.objects.exists()


def test_the_result_page_needs_a_fixed_number_of_queries(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    photo = encoded(drawn_photo())
    case = submitted(client, photo=answers(photo, photo, photo)["photo"])
    with django_assert_max_num_queries(8):
        client.get(case.get_absolute_url())


def test_the_list_of_cases_needs_a_fixed_number_of_queries(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    owner = submitted(client)
    for _ in range(5):
        new_case(owner.owner)
    with django_assert_max_num_queries(10):
        assert len(client.get("/en/my-cases/").context["cases"]) == 6
