"""The clinics page asked by a place's name."""

import re
from html import unescape

import pytest
from django.test import Client

URL = "/en/clinics/"


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
