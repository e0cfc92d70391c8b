"""The API: the same answers and refusals, as JSON."""

import re
from pathlib import Path

import pytest
from django.test import Client

from diagnosis import gate
from diagnosis.models import Case
from tests.factories import DOG_EYE, answers, drawn_photo, encoded

pytestmark = pytest.mark.usefixtures("room")
CASES = "/api/v1/cases/"
HEADERS = {"Accept-Language": "en"}


def test_a_photo_is_answered_with_201_and_the_whole_finding(client: Client) -> None:
    response = client.post(CASES, answers(), headers=HEADERS)
    answer = response.json()
    assert response.status_code == 201, answer
    assert {candidate["label"] for candidate in answer["candidates"]} == set(DOG_EYE)
    assert [candidate["rank"] for candidate in answer["candidates"]] == [1, 2, 3, 4, 5]
    assert (answer["task"], answer["version"], answer["abstained"]) == ("dog_eye", "2026.11.1", False)
    assert answer["urgency"] in {"watch", "days", "today"} and answer["urgency_reason"]
    assert client.get(answer["url"]).status_code == 200
    assert client.get(answer["heatmap"]).headers["Content-Type"] == "image/png"
    assert client.get(f"{CASES}{answer['token']}/", headers=HEADERS).json() == answer


def test_three_photos_have_three_heat_maps(client: Client) -> None:
    photo = encoded(drawn_photo())
    answer = client.post(CASES, answers(photo, photo, photo)).json()
    assert [one["number"] for one in answer["photos"]] == [1, 2, 3]
    assert all(one["heatmap"] for one in answer["photos"])


def test_a_case_opens_with_its_session_only(client: Client) -> None:
    answer = client.post(CASES, answers()).json()
    stranger = Client()
    for url in (answer["url"], answer["heatmap"], f"{CASES}{answer['token']}/"):
        assert stranger.get(url).status_code == 404
    assert set(stranger.get(f"{CASES}{answer['token']}/").json()) == {"detail"}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"photo": None}, "Please choose a photo."),
        ({"species": "cow"}, "Please choose a dog, a cat or a person."),
        ({"body_site": None}, "Please choose where it is."),
        ({"age": "200"}, "Ensure this value is less than or equal to 120."),
        ({"species": "cat"}, "We have no model that judges this honestly yet, so your photo was not read or kept."),
    ],
)
def test_a_refusal_is_a_422_with_its_sentence(
    client: Client, room: Path, changes: dict[str, str | None], sentence: str
) -> None:
    response = client.post(CASES, answers(**changes), headers=HEADERS)
    assert (response.status_code, response.json()["detail"]) == (422, sentence)
    assert not Case.objects.exists() and not room.exists()


def test_a_file_that_is_no_photo_is_refused(client: Client) -> None:
    response = client.post(CASES, answers(b"text"), headers=HEADERS)
    assert response.status_code == 422
    assert response.json()["errors"]["photo"][0].startswith("This file is not a photo we can read.")


def test_a_pair_without_a_model_names_its_guide(client: Client) -> None:
    answer = client.post(CASES, answers(species="cat"), headers=HEADERS).json()
    assert client.get(answer["guide"]).status_code == 200


def test_a_body_that_is_no_form_is_refused_in_words(client: Client) -> None:
    response = client.post(CASES, b"abc", content_type="multipart/form-data", headers=HEADERS)
    assert response.status_code == 400 and "could not read what was sent" in response.json()["detail"]


def test_the_description_names_every_refusal_that_occurs(client: Client) -> None:
    paths = client.get("/api/v1/openapi.json").json()["paths"]
    told = {path: set().union(*(operation["responses"] for operation in of.values())) for path, of in paths.items()}
    assert {"400", "403", "413", "422", "429", "503"} < told["/api/v1/cases/"]
    assert {"404", "503"} < told["/api/v1/cases/{token}/"]
    assert {"400", "503"} < told["/api/v1/clinics/"]
    assert all("503" in statuses for statuses in told.values())  # a database that is locked


def test_when_every_place_is_taken_a_program_is_asked_to_come_back(client: Client) -> None:
    with gate.place(), gate.place(), gate.place(), gate.place():
        response = client.post(CASES, answers(), headers=HEADERS)
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "10"
    assert "again in a moment" in response.json()["detail"]


def test_another_site_cannot_send_a_photo_in_a_visitor_s_name(client: Client) -> None:
    elsewhere = client.post(CASES, answers(), headers={"Origin": "https://elsewhere.example"})
    assert elsewhere.status_code == 403
    assert not Case.objects.exists()
    assert client.post(CASES, answers(), headers={"Origin": "http://testserver"}).status_code == 201


def test_the_catalogue_names_every_pair_and_its_diseases(client: Client) -> None:
    rows = {row["task"]: row for row in client.get("/api/v1/catalogue/").json()}
    assert len(rows) == 6
    assert (rows["dog_eye"]["released"], rows["cat_eye"]["released"]) == (True, False)
    assert {disease["label"] for disease in rows["dog_eye"]["diseases"]} == set(DOG_EYE)


def test_the_description_is_openapi_31_and_names_the_fields(client: Client) -> None:
    description = client.get("/api/v1/openapi.json").json()
    assert description["openapi"].startswith("3.1")
    body = description["paths"][CASES]["post"]["requestBody"]["content"]["multipart/form-data"]["schema"]
    assert body["required"] == ["species", "body_site", "photo"]


def test_the_documentation_page_loads_nothing_from_elsewhere(client: Client) -> None:
    page = client.get("/api/v1/docs").text
    assert "http://" not in page and "https://" not in page
    kinds = re.findall(r"<script([^>]*)>", page)
    assert kinds and all("src=" in kind or "application/json" in kind for kind in kinds)  # no inline code
    assert "<style" not in page and " style=" not in page


def test_a_wrong_method_is_a_405(client: Client) -> None:
    assert client.put(CASES).status_code == 405
    assert client.post("/api/v1/catalogue/").status_code == 405
