"""The clinics page: what it shows, refuses, keeps to itself and carries on."""

import json
import logging
import re
from collections.abc import Callable
from html import unescape

import pytest
from django.core.management import call_command
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from clinics.models import Clinic
from tests.clinics.loopback import Reply, serving

URL = "/en/clinics/"
CHEONAN = {"lat": "36.8", "lng": "127.1"}
New = Callable[..., Clinic]


@pytest.fixture
def registers(db: None) -> None:
    """The bundled clinics."""
    call_command("import_clinics", verbosity=0)


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
def test_a_place_is_found_by_name_without_javascript_or_position(client: Client) -> None:
    response = client.get(URL, {"q": "천안시 불당동"})
    assert "Buldang-dong" in response.text
    assert 'method="get"' in response.text
    assert response.text.count('<li class="clinic"') == 20


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


def test_the_maps_are_named_in_the_reader_s_language(client: Client, new_clinic: New) -> None:
    new_clinic()
    named = re.findall(r'<a href="https://[^>]*>([^<]+)</a>', client.post("/ko/clinics/", CHEONAN).text)
    assert named == ["카카오맵", "네이버 지도", "구글 지도"]


@pytest.mark.django_db
def test_several_places_of_one_name_are_offered_with_the_filters_kept(client: Client) -> None:
    page = client.get(URL, {"q": "중구", "kind": "clinic", "department": "dermatology"}).text
    assert "Or did you mean" in page
    assert "department=dermatology" in page


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


@pytest.mark.django_db
@pytest.mark.parametrize(("url", "said"), [("/en/privacy/", "goes to them"), ("/ko/privacy/", "오픈스트리트맵에는")])
def test_the_privacy_page_says_to_whom_a_searched_place_may_go(url: str, said: str, client: Client) -> None:
    assert said in client.get(url).text


def test_nothing_near_offers_to_look_further(client: Client, new_clinic: New) -> None:
    new_clinic(lat=37.0)
    page = client.post(URL, CHEONAN | {"radius_km": "5"}).text
    assert "Look within 10 km" in page
    assert 'data-here="The place you are searching from"' in page  # drawn without a clinic, too


def test_a_failing_provider_is_one_quiet_sentence(client: Client, new_clinic: New, settings: Settings) -> None:
    new_clinic("우리 병원")
    with serving(lambda *_: Reply(b"?")) as server:
        settings.OVERPASS_URL = server.url
        page = client.post(URL, CHEONAN).text
    assert page.count("OpenStreetMap gave no answer just now") == 1
    assert "우리 병원" in page


@pytest.mark.django_db
def test_the_page_says_before_it_asks_whom_the_position_is_passed_on_to(client: Client, settings: Settings) -> None:
    assert "only used to measure distances" in client.get(URL).text
    settings.GOOGLE_MAPS_API_KEY = "AIza-drawn-for-a-test"
    page = client.get(URL).text
    assert "passed on to Google" in page
    assert "AIza" not in page


def test_a_search_takes_few_questions_to_the_database(
    client: Client, new_clinic: New, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(20):
        new_clinic(f"병원 {number}")
    with django_assert_max_num_queries(6):
        client.post(URL, CHEONAN)


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
