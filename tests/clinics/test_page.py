"""The clinics page: its list, its map, and what a row of it says."""

import json
import re
from collections.abc import Callable
from html import unescape

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from clinics.models import Clinic
from tests.clinics.loopback import Reply, serving

URL = "/en/clinics/"
CHEONAN = {"lat": "36.8", "lng": "127.1"}
New = Callable[..., Clinic]


def map_data(html: str) -> dict[str, object]:
    found = re.search(r'<data id="clinic-map" value="(.*?)">', html)
    assert found
    data: dict[str, object] = json.loads(unescape(found[1]))
    return data


@pytest.mark.django_db
def test_the_page_opens_with_the_country_and_a_question(client: Client) -> None:
    response = client.get(URL)
    assert response.status_code == 200
    assert "Type where you are" in response.text
    assert len(map_data(response.text)["regions"]) == 17  # type: ignore[arg-type]


@pytest.mark.usefixtures("registers")
def test_5_km_round_cheonan_hold_real_clinics_without_key_or_network(client: Client, settings: Settings) -> None:
    assert (settings.GOOGLE_MAPS_API_KEY, settings.OVERPASS_URL) == ("", "")
    response = client.post(URL, CHEONAN | {"radius_km": "5"})
    assert response.status_code == 200
    assert response.text.count('<li class="clinic"') == 20
    assert "제이동물병원" in response.text
    assert "More results" in response.text
    assert response.text.count("No rating") == 20


@pytest.mark.usefixtures("registers")
def test_pins_are_numbered_as_the_rows_are(client: Client) -> None:
    response = client.post(URL, CHEONAN)
    rows = re.findall(r'<li class="clinic" id="c(\d+)"', response.text)
    pins = map_data(response.text)["pins"]
    assert isinstance(pins, list)
    assert [str(pin["number"]) for pin in pins] == rows
    assert len(json.dumps(map_data(response.text))) < 100_000


def test_more_results_add_to_those_before(client: Client, new_clinic: New) -> None:
    for number in range(25):
        new_clinic(f"병원 {number}", lat=36.8 + number / 10_000)
    first = client.post(URL, CHEONAN)
    assert first.text.count('<li class="clinic"') == 20
    assert 'name="page" value="2"' in first.text
    second = client.post(URL, CHEONAN | {"page": "2"})
    assert second.text.count('<li class="clinic"') == 25
    assert "More results" not in second.text


def test_the_maps_are_named_in_the_reader_s_language(client: Client, new_clinic: New) -> None:
    new_clinic()
    named = re.findall(r'<a href="https://[^>]*>([^<]+)</a>', client.post("/ko/clinics/", CHEONAN).text)
    assert named == ["카카오맵", "네이버 지도", "구글 지도"]


def test_every_row_has_its_call_and_its_ways(client: Client, new_clinic: New) -> None:
    new_clinic("봄 & 동물/병원", phone="041-555-1234", rating=4.56, ratings=7)
    page = client.post(URL, CHEONAN).text
    assert 'href="tel:041-555-1234"' in page
    assert (
        "https://map.kakao.com/link/to/%EB%B4%84%20%26%20%EB%8F%99%EB%AC%BC%2F%EB%B3%91%EC%9B%90,36.800000,127.100000"
        in page
    )
    assert "https://map.naver.com/p/search/" in page
    assert "https://www.google.com/maps/dir/?api=1&amp;destination=36.800000" in page
    assert "<b>4.6</b> (7 ratings)" in page


def test_a_map_opens_beside_the_list_and_says_so(client: Client, new_clinic: New) -> None:
    new_clinic("봄동물병원")
    links = re.findall(r'<a href="https://[^>]*>', client.post(URL, CHEONAN).text)
    assert len(links) == 3
    assert all('target="_blank" rel="noopener noreferrer"' in link and ", in a new tab" in link for link in links)


def test_a_failing_provider_is_one_quiet_sentence(client: Client, new_clinic: New, settings: Settings) -> None:
    new_clinic("우리 병원")
    with serving(lambda *_: Reply(b"?")) as server:
        settings.OVERPASS_URL = server.url
        page = client.post(URL, CHEONAN).text
    assert page.count("OpenStreetMap gave no answer just now") == 1
    assert "우리 병원" in page


def test_a_search_takes_few_questions_to_the_database(
    client: Client, new_clinic: New, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(20):
        new_clinic(f"병원 {number}")
    with django_assert_max_num_queries(6):
        client.post(URL, CHEONAN)
