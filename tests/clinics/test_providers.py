"""Providers beside our table: read when they answer, named when they do not, never waited for in vain."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from time import perf_counter
from typing import Any

import pytest
from django.core.cache import cache
from pytest_django import Settings

from clinics.models import Clinic
from clinics.providers.base import Place, ProviderFailed, Question, order
from clinics.providers.google import Google
from clinics.providers.merge import is_same, merged
from clinics.providers.overpass import Overpass
from clinics.rows import as_rows
from clinics.search import find
from tests.clinics.loopback import Reply, serving

KEY = "AIza-drawn-for-a-test"
TIMEOUT_S = 0.3


@pytest.fixture(autouse=True)
def _no_answers_from_other_tests() -> None:
    cache.clear()


@pytest.fixture
def question(now: datetime) -> Question:
    return Question(lat=36.8, lng=127.1, now=now, kind="vet", radius_km=5)


def result(number: int, **more: Any) -> dict[str, Any]:
    """One of Google's results, drawn by hand."""
    point = {"lat": 36.8 + number / 1000, "lng": 127.1}
    return {"place_id": f"g{number}", "name": f"구글 {number}", "geometry": {"location": point}, **more}


DETAILS = {
    "status": "OK",
    "result": {
        "formatted_phone_number": "041-555-1234",
        "opening_hours": {"periods": [{"open": {"day": 1, "time": "0900"}, "close": {"day": 1, "time": "1800"}}]},
    },
}


def google_reply(path: str, asked: dict[str, str]) -> Reply:
    if "details" in path:
        return Reply(DETAILS)
    if asked.get("pagetoken") == "second":
        return Reply({"status": "OK", "results": [result(30)]})
    results = [result(n, rating=4.5, user_ratings_total=12, vicinity="불당로 1") for n in range(1, 21)]
    return Reply({"status": "OK", "results": results, "next_page_token": "second"})


def google(url: str) -> Google:
    return Google(KEY, timeout_s=TIMEOUT_S, base_url=url, page_delay_s=0)


def test_google_is_asked_for_vets_nearby_and_for_the_details_of_a_few_under_a_mask(question: Question) -> None:
    with serving(google_reply) as server:
        places = google(server.url).near(question)
    assert (places[0].name, places[0].rating, places[0].ratings) == ("구글 1", 4.5, 12)
    assert places[0].phone == "041-555-1234"
    assert places[0].is_open(question.now)
    assert not places[0].on_map
    path, asked = server.asked[0]
    assert "nearbysearch" in path
    assert (asked["type"], asked["radius"]) == ("veterinary_care", "5000")
    details = [asked for path, asked in server.asked if "details" in path]
    assert len(details) == 5
    assert set(details[0]["fields"].split(",")) == {"place_id", "formatted_phone_number", "opening_hours"}


def test_googles_next_page_is_asked_only_when_more_is_wanted(question: Question) -> None:
    with serving(google_reply) as server:
        assert len(google(server.url).near(replace(question, limit=21))) == 20
        assert len(google(server.url).near(replace(question, limit=41))) == 21
    assert sum("pagetoken" in asked for _, asked in server.asked) == 1


def test_google_gives_what_it_has_when_the_next_page_would_come_too_late(question: Question) -> None:
    def slow(path: str, asked: dict[str, str]) -> Reply:
        return replace(google_reply(path, asked), wait_s=TIMEOUT_S / 4)

    with serving(slow) as server:
        provider = Google(KEY, timeout_s=TIMEOUT_S, base_url=server.url, page_delay_s=TIMEOUT_S * 2)
        assert len(provider.near(replace(question, limit=61))) == 20


def test_google_gives_what_it_has_when_the_next_page_or_the_details_fail(question: Question) -> None:
    def failing(path: str, asked: dict[str, str]) -> Reply:
        later = "details" in path or "pagetoken" in asked
        return Reply({"status": "UNKNOWN_ERROR"}) if later else google_reply(path, asked)

    with serving(failing) as server:
        assert len(google(server.url).near(replace(question, limit=61))) == 20


def test_a_result_without_ratings_has_none_and_a_closed_one_is_left_out(question: Question) -> None:
    results = [result(1, rating=0, user_ratings_total=0), result(2, business_status="CLOSED_PERMANENTLY")]
    with serving(
        lambda path, _: Reply(DETAILS if "details" in path else {"status": "OK", "results": results})
    ) as server:
        places = google(server.url).near(question)
    assert [(place.name, place.rating) for place in places] == [("구글 1", None)]


@pytest.mark.parametrize("hours", [None, {"periods": [{"open": {}}, {"close": 1}]}, "9-6"])
def test_details_that_cannot_be_read_cost_no_more_than_themselves(hours: object, question: Question) -> None:
    odd = {"status": "OK", "result": {"formatted_phone_number": "041-555-1234", "opening_hours": hours}}
    with serving(lambda path, asked: Reply(odd) if "details" in path else google_reply(path, asked)) as server:
        assert len(google(server.url).near(question)) == 20


def test_closed_now_as_google_says_outweighs_the_hours_of_an_ordinary_week(question: Question) -> None:
    answer = {"status": "OK", "results": [result(1, opening_hours={"open_now": False})]}
    with serving(lambda path, _: Reply(DETAILS if "details" in path else answer)) as server:
        (place,) = google(server.url).near(question)
        assert google(server.url).near(replace(question, open_now=True)) == []
    assert place.is_open(question.now) is False
    assert as_rows((place,), question.now)[0].hours == "지금은 진료 시간이 아니에요"


BROKEN = {
    "too slow": Reply({"status": "OK", "results": []}, wait_s=TIMEOUT_S * 3),
    "429": Reply({}, status=429),
    "500": Reply({}, status=500),
    "malformed JSON": Reply(b'{"status": "OK", "results": [{"na'),
    "not JSON": Reply(b"<html>"),
    "a list": Reply([]),
    "null": Reply(None),
    "over the limit": Reply({"status": "OVER_QUERY_LIMIT"}),
    "denied": Reply({"status": "REQUEST_DENIED", "error_message": "bad key"}),
    "another shape": Reply({"status": "OK", "results": [{"name": "x"}]}),
}


@pytest.mark.parametrize("reply", BROKEN.values(), ids=BROKEN.keys())
def test_google_failing_in_any_way_is_one_failure_in_time_that_tells_no_key(reply: Reply, question: Question) -> None:
    start = perf_counter()
    with serving(lambda *_: reply) as server, pytest.raises(ProviderFailed) as failure:
        google(server.url).near(question)
    assert perf_counter() - start < TIMEOUT_S * 10
    assert str(failure.value) == "Google"
    assert failure.value.__cause__ is None
    assert failure.value.__suppress_context__


@pytest.mark.parametrize("key", ["not-a-key", ""])
def test_a_key_that_is_none_is_a_failure_and_no_crash(key: str, question: Question) -> None:
    with pytest.raises(ProviderFailed):
        Google(key, timeout_s=TIMEOUT_S).near(question)


def test_the_key_is_in_no_log_even_at_debug(question: Question, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), serving(google_reply) as server:
        google(server.url).near(question)
    assert KEY not in caplog.text


ELEMENTS = [
    {"type": "node", "id": 1, "lat": 36.801, "lon": 127.1,
     "tags": {"amenity": "veterinary", "name": "지도동물병원", "phone": "+82-41-555-9999", "opening_hours": "24/7"}},
    {"type": "way", "id": 2, "center": {"lat": 36.802, "lon": 127.1},
     "tags": {"amenity": "clinic", "name": "지도의원", "healthcare:speciality": "dermatology"}},
    {"type": "node", "id": 3, "lat": 36.803, "lon": 127.1, "tags": {"amenity": "veterinary"}},
]  # fmt: skip


def overpass_reply(path: str, asked: dict[str, str]) -> Reply:
    return Reply({"elements": ELEMENTS})


def test_openstreetmap_is_read_with_hours_phone_and_departments(question: Question) -> None:
    with serving(overpass_reply) as server:
        places = Overpass(server.url, timeout_s=TIMEOUT_S).near(replace(question, kind=""))
    vet, clinic = places
    assert (vet.name, vet.phone, vet.all_hours, vet.kind) == ("지도동물병원", "041-555-9999", True, "vet")
    assert (clinic.name, clinic.departments, clinic.external_id) == ("지도의원", ("dermatology",), "way/2")
    assert vet.rating is None
    assert vet.credit == "© OpenStreetMap"


def test_openstreetmap_learns_a_cell_and_never_the_spot_and_is_asked_once_a_day(question: Question) -> None:
    spot = replace(question, lat=36.812, lng=127.113)
    with serving(overpass_reply) as server:
        provider = Overpass(server.url, timeout_s=TIMEOUT_S)
        provider.near(spot)
        provider.near(replace(spot, lat=36.809))
    assert len(server.asked) == 1
    other = replace(spot, lat=36.798, lng=127.091)  # the same cell
    with serving(overpass_reply) as second:
        cache.clear()
        Overpass(second.url, timeout_s=TIMEOUT_S).near(other)
    assert second.asked[0][1] == server.asked[0][1]


OVERPASS_BROKEN = {name: reply for name, reply in BROKEN.items() if name not in ("over the limit", "denied")} | {
    "elements of another shape": Reply({"elements": [{"type": "node"}]}),
    "elements that are none": Reply({"elements": ["x"]}),
    "coordinates that are none": Reply({"elements": [ELEMENTS[0] | {"lat": "north"}]}),
    "a redirect": Reply({}, status=302),
    "endless": Reply(b" " * (5 * 1024 * 1024 + 2)),
}


@pytest.mark.parametrize("reply", OVERPASS_BROKEN.values(), ids=OVERPASS_BROKEN.keys())
def test_openstreetmap_failing_in_any_way_is_a_failure_and_is_not_kept(reply: Reply, question: Question) -> None:
    with serving(lambda *_: reply) as server:
        provider = Overpass(server.url, timeout_s=TIMEOUT_S)
        for _ in range(2):
            try:
                assert provider.near(question) == []
            except ProviderFailed:
                continue
    assert len(server.asked) >= 1


def test_a_query_that_openstreetmap_broke_off_is_a_failure_and_is_asked_again(question: Question) -> None:
    broken = Reply({"elements": [], "remark": 'runtime error: Query timed out in "query" at line 1 after 6 seconds.'})
    with serving(lambda *_: broken) as server:
        for _ in range(2):
            with pytest.raises(ProviderFailed):
                Overpass(server.url, timeout_s=TIMEOUT_S).near(question)
    assert len(server.asked) == 2


@pytest.mark.parametrize("drip_s", [TIMEOUT_S / 10, TIMEOUT_S * 2], ids=["drips", "stands still"])
def test_an_answer_that_does_not_end_is_given_up_in_time(drip_s: float, question: Question) -> None:
    start = perf_counter()
    with serving(lambda *_: Reply(b" " * 60, drip_s=drip_s)) as server:
        with pytest.raises(ProviderFailed):
            Overpass(server.url, timeout_s=TIMEOUT_S).near(question)
        assert perf_counter() - start < TIMEOUT_S * 4


@pytest.mark.parametrize("name", ["too slow", "429", "malformed JSON"])
def test_the_others_answer_when_one_fails_and_it_is_named(
    name: str, question: Question, new_clinic: Callable[..., Clinic], settings: Settings
) -> None:
    new_clinic("우리 표의 병원")
    with serving(lambda *_: BROKEN[name]) as server:
        settings.OVERPASS_URL, settings.CLINICS_TIMEOUT_S = server.url, TIMEOUT_S
        answer = find(question)
    assert [place.name for place in answer.places] == ["우리 표의 병원"]
    assert answer.silent == ("OpenStreetMap",)


@pytest.mark.django_db
def test_our_own_table_is_asked_alone_when_nothing_is_set(question: Question, settings: Settings) -> None:
    assert (settings.GOOGLE_MAPS_API_KEY, settings.OVERPASS_URL) == ("", "")
    assert find(question).silent == ()


def place(name: str, *, metres: float = 0, **more: Any) -> Place:
    plain: dict[str, Any] = {
        "provider": "a",
        "external_id": name,
        "kind": "vet",
        "lat": 36.8 + metres / 111_195,
        "lng": 127.1,
    }
    return Place(name=name, distance_km=1.0, **plain | more)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (place("봄동물병원"), place("봄 동물의료센터", metres=50), True),
        (place("봄동물병원"), place("봄동물병원", metres=200), False),
        (place("봄동물병원"), place("가을동물병원", metres=5), False),
        (place("봄", phone="041-1-1"), place("다른 이름", metres=300, phone="041-1-1"), True),
        (place("봄", phone="041-1-1"), place("봄 분점", metres=900, phone="041-1-1"), False),
        (place("봄"), place("봄", kind="clinic"), False),
        (place("동물병원"), place("동물의료센터"), False),
    ],
)
def test_one_clinic_is_recognised_under_two_names(one: Place, other: Place, same: bool) -> None:
    assert is_same(one, other) is same


def test_a_merged_clinic_keeps_our_words_and_takes_what_we_do_not_know() -> None:
    ours = place("봄동물병원", hours=[[[0, 1440]]] * 7, hours_from_name=True)
    theirs = place("봄", provider="b", phone="041-1-1", rating=4.5, ratings=9, hours=[[]] * 7, credit="B", on_map=False)
    (both,) = merged([[ours], [theirs]])
    assert (both.name, both.phone, both.rating, both.ratings) == ("봄동물병원", "041-1-1", 4.5, 9)
    assert (both.hours, both.hours_from_name) == ([[]] * 7, False)
    assert (both.provider, both.on_map, both.credit) == ("a", True, "B")


def test_other_providers_ratings_are_ordered_by_how_many_stand_behind_them(question: Question) -> None:
    places = [place("하나", rating=5.0, ratings=1), place("여럿", provider="google", rating=4.9, ratings=200)]
    ordered = sorted([*places, place("없음")], key=lambda found: order(found, replace(question, sort="rating")))
    assert [found.name for found in ordered] == ["여럿", "하나", "없음"]


def test_two_rows_of_one_answer_are_two_clinics_even_with_one_telephone() -> None:
    hospital = place("동의병원", phone="051-1-1", kind="clinic")
    other = place("동의대부속 한방병원", phone="051-1-1", kind="clinic", departments=("ophthalmology",))
    assert merged([[hospital, other]]) == [hospital, other]
    theirs = place("동의의료원", provider="b", phone="051-1-1", kind="clinic", metres=10)
    assert [place.name for place in merged([[hospital, other], [theirs]])] == ["동의병원", "동의대부속 한방병원"]
