"""The clinics page and answers that are none."""

import re

import pytest
from django.test import Client

URL = "/en/clinics/"
CHEONAN = {"lat": "36.8", "lng": "127.1"}


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"lat": "NaN", "lng": "127.1"}, "The latitude must be a number from −90 to 90."),
        ({"lat": "1e999", "lng": "127.1"}, "The latitude must be a number from −90 to 90."),
        ({"lat": "-Infinity", "lng": "127.1"}, "The latitude must be a number from −90 to 90."),
        ({"lat": "91", "lng": "127.1"}, "The latitude must be a number from −90 to 90."),
        ({"lat": "36.8", "lng": "-181"}, "The longitude must be a number from −180 to 180."),
        ({"lat": "36.8", "lng": "east"}, "The longitude must be a number from −180 to 180."),
        ({**CHEONAN, "radius_km": "-1"}, "The radius must be a number of kilometres from 0.1 to 50."),
        ({**CHEONAN, "radius_km": "nan"}, "The radius must be a number of kilometres from 0.1 to 50."),
        ({**CHEONAN, "radius_km": "51"}, "The radius must be a number of kilometres from 0.1 to 50."),
        ({"lat": "36.8"}, "A place needs both a latitude and a longitude."),
        ({"kind": "zoo"}, "Please choose vet or clinic."),
        ({"sort": "price"}, "Please sort by distance or rating."),
        ({"department": "dental"}, "Please choose ophthalmology or dermatology."),
        ({"urgency": "now"}, "Please choose watch, days or today."),
        ({"page": "0"}, "The page must be a whole number from 1 to 10."),
        ({"page": "9999999999999999999999"}, "The page must be a whole number from 1 to 10."),
        ({"q": "가" * 81}, "Please search with at most 80 characters."),
    ],
)
def test_a_number_that_is_none_is_refused_with_a_sentence(
    method: str, answers: dict[str, str], sentence: str, client: Client
) -> None:
    response = getattr(client, method)(URL, answers)
    assert response.status_code == 400
    assert sentence in response.text


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "' OR 1=1 --", "{{ 7*7 }}", "../../etc/passwd", "\u202e"]
)
def test_hostile_words_are_shown_as_words(text: str, client: Client) -> None:
    response = client.get(URL, {"q": text})
    assert response.status_code == 200
    assert "<script>alert" not in response.text
    assert "49" not in response.text.split('id="q"')[1].split(">")[0]


@pytest.mark.django_db
def test_a_null_byte_is_refused_and_no_crash(client: Client) -> None:
    assert client.get(URL, {"q": "\x00"}).status_code == 400


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused(method: str, client: Client) -> None:
    assert getattr(client, method)(URL).status_code == 405


@pytest.mark.django_db
@pytest.mark.parametrize("url", [URL, "/ko/clinics/"])
def test_nothing_on_the_page_needs_a_looser_policy(url: str, client: Client) -> None:
    page = client.post(url, CHEONAN).text
    assert " style=" not in page
    assert not re.search(r"\son\w+=", page)
    assert not re.search(r"<script(?![^>]*(src=|application/json))", page)
