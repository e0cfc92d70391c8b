"""The clinics page: kind, department, hours, distance and urgency choose what is shown."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from clinics.models import Clinic

URL = "/en/clinics/"
CHEONAN = {"lat": "36.8", "lng": "127.1"}
New = Callable[..., Clinic]


def test_a_result_carries_kind_department_and_urgency(client: Client, new_clinic: New) -> None:
    page = client.get(URL, {"kind": "clinic", "department": "dermatology", "urgency": "today"}).text
    assert 'value="clinic" checked' in page
    assert 'value="dermatology" checked' in page
    assert "Places known to be open come first" in page


def test_today_prefers_places_known_to_be_open(client: Client, new_clinic: New) -> None:
    new_clinic("가까운 곳", lat=36.8001)
    new_clinic("24시 먼 곳", lat=36.83, hours=[[[0, 1440]]] * 7)
    names = re.findall(r"<h3>(.*?)</h3>", client.post(URL, CHEONAN | {"urgency": "today"}).text)
    assert names == ["24시 먼 곳", "가까운 곳"]
    names = re.findall(r"<h3>(.*?)</h3>", client.post(URL, CHEONAN | {"urgency": "days"}).text)
    assert names == ["가까운 곳", "24시 먼 곳"]


def test_a_department_narrows_clinics_for_people_but_not_vets(client: Client, new_clinic: New) -> None:
    new_clinic("동물병원")
    new_clinic("내과", kind="clinic")
    new_clinic("피부과", kind="clinic", dermatology=True)
    people = client.post(URL, CHEONAN | {"kind": "clinic", "department": "dermatology"}).text
    assert re.findall(r"<h3>(.*?)</h3>", people) == ["피부과"]
    vets = client.post(URL, CHEONAN | {"kind": "vet", "department": "dermatology"}).text
    assert re.findall(r"<h3>(.*?)</h3>", vets) == ["동물병원"]
    assert "their register names no departments" in vets


@pytest.mark.django_db
def test_people_are_told_that_practices_are_missing_from_the_register(client: Client) -> None:
    assert "practices in your neighbourhood are missing" in client.post(URL, CHEONAN | {"kind": "clinic"}).text
    assert "동네 의원은 빠져" in client.post("/ko/clinics/", CHEONAN | {"kind": "clinic"}).text
    assert "practices in your" not in client.post(URL, CHEONAN | {"kind": "vet"}).text


@pytest.mark.parametrize("slip", [{"mon": "9-18"}, "always", [1, 2, 3], [[[540, 1080]]]])
@pytest.mark.parametrize("wish", [{}, {"open_now": "1"}, {"all_hours": "1"}, {"urgency": "today"}])
def test_hours_that_are_no_week_count_as_unknown(
    slip: object, wish: dict[str, str], client: Client, new_clinic: New
) -> None:
    new_clinic("모르는 곳", hours=slip)
    new_clinic("늘 여는 곳", lat=36.81, hours=[[[0, 1440]]] * 7)
    page = client.post(URL, CHEONAN | wish)
    assert page.status_code == 200
    assert "늘 여는 곳" in page.text
    assert client.get("/api/v1/clinics/", CHEONAN | wish).status_code == 200


@pytest.mark.parametrize("wish", ["open_now", "all_hours"])
def test_hours_filters_keep_only_what_is_known(wish: str, client: Client, new_clinic: New) -> None:
    new_clinic("모르는 곳")
    new_clinic("닫힌 곳", hours=[[]] * 7)
    new_clinic("늘 여는 곳", hours=[[[0, 1440]]] * 7)
    page = client.post(URL, CHEONAN | {wish: "1"}).text
    assert re.findall(r"<h3>(.*?)</h3>", page) == ["늘 여는 곳"]


def test_nothing_near_offers_to_look_further(client: Client, new_clinic: New) -> None:
    new_clinic(lat=37.0)
    page = client.post(URL, CHEONAN | {"radius_km": "5"}).text
    assert "Look within 10 km" in page
    assert 'data-here="The place you are searching from"' in page  # drawn without a clinic, too


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "department", "said"),
    [
        ("clinic", "dermatology", "Book the soonest appointment, today or on the next working day."),
        ("clinic", "ophthalmology", "Today counts."),
        ("vet", "dermatology", "Today counts."),
    ],
)
def test_how_soon_agrees_with_what_the_note_says(client: Client, kind: str, department: str, said: str) -> None:
    page = client.get(URL, {"kind": kind, "department": department, "urgency": "today"}).text
    assert said in page and ("Today counts." in page) == (said == "Today counts.")


def test_the_order_of_the_top_rated_is_told_and_the_stars_stay_as_they_were(client: Client, new_clinic: New) -> None:
    said = "Few ratings count for less: clinics are in order as if five more visitors had given each 3 stars."
    unrated = client.post(URL, CHEONAN | {"sort": "rating"}).text
    assert said not in unrated
    new_clinic("한 사람", rating=5.0, ratings=1)
    page = client.post(URL, CHEONAN | {"sort": "rating"}).text
    assert said in page and "<b>5.0</b> (1 rating)" in page
    assert said not in client.post(URL, CHEONAN).text


def test_where_nobody_has_rated_the_top_rated_are_said_to_be_the_nearest(client: Client, new_clinic: New) -> None:
    new_clinic()
    said = "Nobody has rated a clinic here yet, so the nearest come first."
    assert said in client.post(URL, CHEONAN | {"sort": "rating"}).text
    assert said not in client.post(URL, CHEONAN).text


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "shown"), [("3", "3"), ("2.5", "2.5"), ("5.0", "5"), ("20", "20"), ("", "5"), ("0.1", "0.1"), ("-1", "5")]
)
def test_the_menu_shows_the_distance_that_is_searched(asked: str, shown: str, client: Client) -> None:
    page = client.post(URL, CHEONAN | {"radius_km": asked}).text
    assert re.findall(r'<option value="([^"]+)" selected>within ([\d.]+) km', page) == [(shown, shown)]
    kilometres = [float(km) for km in re.findall(r'<option value="([^"]+)"', page)]
    assert kilometres == sorted({1, 2, 5, 10, 20, 50, float(shown)})


@pytest.mark.django_db
@pytest.mark.parametrize(
    "point", [("36.5", "124.5"), ("39.03", "125.75"), ("35.68", "139.76")], ids=["sea", "Pyongyang", "Tokyo"]
)
def test_outside_the_country_it_is_said_where_clinics_are_known_and_no_wider_search_is_offered(
    point: tuple[str, str], client: Client
) -> None:
    page = client.post(URL, {"lat": point[0], "lng": point[1]}).text
    assert "No part of South Korea lies within this distance" in page
    assert "Look within" not in page and "Gyeonggi-do" in page
    assert "No part of South Korea" not in client.post(URL, CHEONAN).text
