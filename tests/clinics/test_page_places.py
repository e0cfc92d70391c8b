"""The clinics page asked by a place's name."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from django.test import Client

from clinics.models import Clinic

URL = "/en/clinics/"
New = Callable[..., Clinic]


@pytest.mark.usefixtures("registers")
def test_a_place_is_found_by_name_without_javascript_or_position(client: Client) -> None:
    response = client.get(URL, {"q": "천안시 불당동"})
    assert "Buldang-dong" in response.text
    assert 'method="get"' in response.text
    assert response.text.count('<li class="clinic"') == 20


@pytest.mark.django_db
def test_an_unknown_place_is_told_so(client: Client) -> None:
    assert "We know no place called “Atlantis”" in client.get(URL, {"q": "Atlantis"}).text


@pytest.mark.usefixtures("registers")
def test_two_presses_lead_from_no_place_to_clinics(client: Client) -> None:
    provinces = re.findall(r'<a class="chip" href="([^"]+)">([^<]+)</a>', client.get(URL, {"kind": "vet"}).text)
    assert len(provinces) == 17
    address = next(unescape(href) for href, name in provinces if name == "Gangwon-do")
    cities = re.findall(r'<a class="chip" href="([^"]+)">([^<]+)</a>', client.get(address).text)
    assert len(cities) == 18 and "kind=vet" in cities[0][0]
    address = next(unescape(href) for href, name in cities if name == "Gangneung")
    assert '<li class="clinic"' in client.get(address).text


@pytest.mark.django_db
def test_several_places_of_one_name_are_offered_with_the_filters_kept(client: Client) -> None:
    page = client.get(URL, {"q": "중구", "kind": "clinic", "department": "dermatology"}).text
    assert "Or did you mean" in page
    assert "department=dermatology" in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("강남억", "강남역 (Yeoksam-dong, Gangnam-gu, Seoul)"),
        ("Gangnm", "Gangnam-gu, Seoul"),
        ("Haeundea beach", "Haeundae-gu, Busan"),
    ],
)
def test_a_misspelt_place_is_offered_and_not_taken_for_it(typed: str, offered: str, client: Client) -> None:
    page = client.get(URL, {"q": typed, "kind": "clinic"}).text
    assert f"We know no place called “{typed}”" in page
    link = re.search(rf'Did you mean …\?</span> <a class="chip" href="([^"]+)">{re.escape(offered)}</a>', page)
    assert link and "kind=clinic" in link[1]
    assert "We know no place" not in client.get(unescape(link[1])).text


@pytest.mark.django_db
def test_a_misspelt_word_beside_a_known_place_is_offered_too(client: Client) -> None:
    page = client.get("/ko/clinics/", {"q": "서울 강남억"}).text
    assert "<strong>서울특별시</strong>" in page
    assert "혹시 이곳을 찾으셨나요?" in page and "강남역 (서울특별시 강남구 역삼동)" in page


def test_a_road_is_said_to_be_known_by_its_clinics_only(client: Client, new_clinic: New) -> None:
    new_clinic("길 위", address="서울특별시 강남구 테헤란로 152 (역삼동)", lat=37.5, lng=127.036)
    page = client.get(URL, {"q": "테헤란로 152"}).text
    assert "Around the clinics on 테헤란로, Gangnam-gu, Seoul" in page
    assert "We do not know house numbers" in page and "<h3>길 위</h3>" in page
    assert "We do not know house numbers" not in client.get(URL, {"q": "강남구"}).text
