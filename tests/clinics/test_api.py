"""The same search for programs."""

from collections.abc import Callable

import pytest
from django.test import Client

from clinics.models import Clinic

URL = "/api/v1/clinics/"


def test_a_program_gets_clinics_in_order(client: Client, new_clinic: Callable[..., Clinic]) -> None:
    new_clinic("먼 곳", lat=36.82, rating=4.0, ratings=3)
    new_clinic("가까운 곳", lat=36.801)
    new_clinic("사람 병원", kind="clinic")
    answer = client.get(URL, {"lat": "36.8", "lng": "127.1", "kind": "vet", "radius_km": "5"}).json()
    assert [clinic["name"] for clinic in answer["clinics"]] == ["가까운 곳", "먼 곳"]
    assert answer["clinics"][0]["distance_km"] == pytest.approx(0.111, abs=0.001)
    assert answer["clinics"][0]["rating"] is None
    assert answer["clinics"][0]["open_now"] is None
    assert (answer["more"], answer["unavailable"]) == (False, [])
    rated = client.get(URL, {"lat": "36.8", "lng": "127.1", "sort": "rating"}).json()
    assert [clinic["name"] for clinic in rated["clinics"]] == ["먼 곳", "가까운 곳"]


def test_a_program_too_gets_many_good_ratings_before_one_perfect_one(
    client: Client, new_clinic: Callable[..., Clinic]
) -> None:
    new_clinic("한 사람", rating=5.0, ratings=1)
    new_clinic("이백 사람", rating=4.9, ratings=200)
    found = client.get(URL, {"lat": "36.8", "lng": "127.1", "sort": "rating"}).json()["clinics"]
    assert [(clinic["name"], clinic["rating"], clinic["ratings"]) for clinic in found] == [
        ("이백 사람", 4.9, 200),
        ("한 사람", 5.0, 1),
    ]


@pytest.mark.parametrize(("wish", "found"), [("1", 0), ("true", 0), ("0", 1), ("false", 1), ("", 1)])
def test_a_filter_that_a_program_turns_off_is_off(
    wish: str, found: int, client: Client, new_clinic: Callable[..., Clinic]
) -> None:
    new_clinic()
    for name in ("open_now", "all_hours"):
        answer = client.get(URL, {"lat": "36.8", "lng": "127.1", name: wish}).json()
        assert len(answer["clinics"]) == found


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"lat": "36.8"},
        {"lat": "NaN", "lng": "127.1"},
        {"lat": "1e999", "lng": "127.1"},
        {"lat": "91", "lng": "127.1"},
        {"lat": "36.8", "lng": "-181"},
        {"lat": "36.8", "lng": "127.1", "radius_km": "-1"},
        {"lat": "36.8", "lng": "127.1", "radius_km": "inf"},
        {"lat": "36.8", "lng": "127.1", "sort": "name"},
        {"lat": "36.8", "lng": "127.1", "kind": "zoo"},
    ],
)
def test_a_wrong_number_is_a_400_with_a_sentence(wrong: dict[str, str], client: Client) -> None:
    response = client.get(URL, wrong)
    assert response.status_code == 400
    assert response.json()["detail"].endswith(".")


@pytest.mark.django_db
def test_the_search_is_described_for_programs(client: Client) -> None:
    described = client.get("/api/v1/openapi.json").json()["paths"][URL]["get"]
    assert {"lat", "lng", "kind", "radius_km", "sort"} <= {parameter["name"] for parameter in described["parameters"]}
    assert {"200", "400"} <= set(map(str, described["responses"]))
