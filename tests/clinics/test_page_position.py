"""The clinics page asked by a position: kept nowhere, and told to nobody without a word."""

import logging
import re
from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import Settings

from clinics.models import Clinic

URL = "/en/clinics/"
CHEONAN = {"lat": "36.8", "lng": "127.1"}
New = Callable[..., Clinic]


@pytest.mark.django_db
def test_the_position_form_posts_and_the_answer_is_kept_nowhere(client: Client) -> None:
    page = client.get(URL).text
    assert re.search(r'<form method="post" action="/en/clinics/" [^>]*data-near', page)
    response = client.post(URL, CHEONAN)
    assert "no-store" in response["Cache-Control"]
    assert not client.session.keys()
    assert '<form class="find" id="find" role="search" method="post"' in response.text


@pytest.mark.django_db
def test_a_position_is_rounded_before_anything_is_done_with_it(client: Client) -> None:
    page = client.post(URL, {"lat": "36.8123456", "lng": "127.1098765"}).text
    assert 'name="lat" value="36.812"' in page
    assert "36.8123" not in page
    assert "127.1098" not in page


def test_a_position_stands_in_no_log_and_no_row(
    client: Client, new_clinic: New, caplog: pytest.LogCaptureFixture
) -> None:
    new_clinic()
    with caplog.at_level(logging.DEBUG):
        client.post(URL, {"lat": "36.812", "lng": "127.113"})
        client.post(URL, {"lat": "36.812", "lng": "999.113"})
    others = [record.getMessage() for record in caplog.records if record.name != "django.db.backends"]
    assert others
    assert not any("36.812" in line or "127.113" in line or "999.113" in line for line in others)
    assert not client.cookies.get("session")


@pytest.mark.django_db
def test_the_browser_may_ask_for_a_location_on_this_site_only(client: Client) -> None:
    assert "geolocation=(self)" in client.get(URL)["Permissions-Policy"]


@pytest.mark.django_db
def test_a_position_without_a_token_is_refused() -> None:
    assert Client(enforce_csrf_checks=True).post(URL, CHEONAN).status_code == 403


@pytest.mark.django_db
def test_a_name_typed_after_a_position_leads_to_an_address_without_the_position(client: Client) -> None:
    response = client.post(URL, CHEONAN | {"q": "강남구", "kind": "vet", "csrfmiddlewaretoken": "x"})
    assert response.status_code == 302
    assert "q=%EA%B0%95" in response["Location"]
    assert "lat" not in response["Location"]
    assert "csrf" not in response["Location"]


@pytest.mark.django_db
@pytest.mark.parametrize(("url", "said"), [("/en/privacy/", "goes to them"), ("/ko/privacy/", "오픈스트리트맵에는")])
def test_the_privacy_page_says_to_whom_a_searched_place_may_go(url: str, said: str, client: Client) -> None:
    assert said in client.get(url).text


@pytest.mark.django_db
def test_the_page_says_before_it_asks_whom_the_position_is_passed_on_to(client: Client, settings: Settings) -> None:
    assert "only used to measure distances" in client.get(URL).text
    settings.GOOGLE_MAPS_API_KEY = "AIza-drawn-for-a-test"
    page = client.get(URL).text
    assert "passed on to Google" in page
    assert "AIza" not in page
