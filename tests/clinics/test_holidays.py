"""On a public holiday nobody is promised to be open, save those that never close."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.utils.translation import override
from pytest_django import Settings

from clinics import hours
from clinics.holidays import holiday_on
from clinics.models import Clinic
from clinics.providers.base import Place

URL = "/en/clinics/"
CHEONAN = {"lat": "36.8", "lng": "127.1"}
DAILY = [[[540, 1080]]] * 7
NIGHTLY = [[[1200, 1560]]] * 7  # 20:00 to 2:00
CHUSEOK_NOON = datetime(2026, 9, 25, 3, tzinfo=UTC)  # 12:00 in Seoul


@pytest.mark.parametrize(
    ("day", "korean", "english"),
    [
        (date(2026, 2, 17), "설날", "Korean New Year"),
        (date(2026, 2, 18), "설날 다음날", "The second day of Korean New Year"),
        (date(2026, 9, 25), "추석", "Chuseok"),
        (date(2026, 3, 2), "삼일절 대체 휴일", "Alternative holiday for Independence Movement Day"),
        (date(2025, 5, 5), "부처님오신날, 어린이날", "Buddha's Birthday, Children's Day"),
        (date(2026, 11, 23), "", ""),
        (date(2026, 11, 22), "", ""),  # a Sunday
    ],
)
def test_lunar_and_substitute_holidays_are_known_by_name(day: date, korean: str, english: str) -> None:
    with override("ko"):
        assert holiday_on(day) == korean
    with override("en"):
        assert holiday_on(day) == english


def place(week: hours.Week | None, *, open_now: bool | None = None) -> Place:
    return Place("test", "1", "봄동물병원", "vet", 36.8, 127.1, distance_km=0.0, hours=week, open_now=open_now)


def test_a_holiday_takes_back_a_promise_and_makes_none() -> None:
    noon, night = datetime(2026, 9, 25, 12), datetime(2026, 9, 25, 3)
    assert place(DAILY).is_open(noon) is None
    assert place(None, open_now=True).is_open(noon) is None
    assert place(DAILY).is_open(night) is False
    assert place(hours.always()).is_open(night) is True
    assert place(DAILY).is_open(datetime(2026, 9, 23, 12)) is True


def test_a_night_keeps_the_hours_of_the_day_it_began() -> None:
    assert place(NIGHTLY).is_open(datetime(2026, 9, 24, 1)) is True  # begun on Wednesday, the last ordinary day
    assert place(NIGHTLY).is_open(datetime(2026, 9, 24, 21)) is None
    assert place(NIGHTLY).is_open(datetime(2026, 9, 27, 1)) is None  # begun on Saturday, the last holiday
    assert place(NIGHTLY).is_open(datetime(2026, 9, 27, 21)) is True


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Set the clock."""
    return lambda when: monkeypatch.setattr("django.utils.timezone.now", lambda: when)


def test_the_page_names_the_holiday_instead_of_open(
    client: Client, new_clinic: Callable[..., Clinic], at: Callable[[datetime], None]
) -> None:
    new_clinic("아홉 시 병원", hours=DAILY)
    new_clinic("늘 여는 병원", hours=hours.always())
    at(CHUSEOK_NOON)
    page = client.post(URL, CHEONAN).text
    assert "Public holiday (Chuseok): may be closed, call first" in page
    assert "Open 24 hours" in page and "Open · until" not in page
    assert "공휴일(추석)이라 쉴 수 있어요" in client.post("/ko/clinics/", CHEONAN).text


def test_the_filter_for_open_places_does_not_promise_on_a_holiday(
    client: Client, new_clinic: Callable[..., Clinic], at: Callable[[datetime], None]
) -> None:
    new_clinic("아홉 시 병원", hours=DAILY)
    new_clinic("늘 여는 병원", lat=36.81, hours=hours.always())
    at(CHUSEOK_NOON)
    every = client.get("/api/v1/clinics/", CHEONAN).json()["clinics"]
    assert [clinic["open_now"] for clinic in every] == [None, True]
    known = client.get("/api/v1/clinics/", CHEONAN | {"open_now": "1"}).json()["clinics"]
    assert [clinic["name"] for clinic in known] == ["늘 여는 병원"]


@pytest.mark.parametrize(
    ("when", "open_now"),
    [
        (datetime(2026, 12, 31, 14, 50, tzinfo=UTC), True),  # 23:50 on the last day of the year in Seoul
        (datetime(2026, 12, 31, 15, 10, tzinfo=UTC), True),  # 0:10 on New Year's Day: the night began yesterday
        (datetime(2027, 1, 1, 14, 50, tzinfo=UTC), None),
        (datetime(2026, 12, 30, 20, 0, tzinfo=UTC), False),  # 5:00 in Seoul, where it is 20:00 by the server's clock
    ],
)
def test_clinics_keep_the_hours_of_seoul_wherever_the_server_stands(
    when: datetime,
    open_now: bool | None,
    client: Client,
    new_clinic: Callable[..., Clinic],
    settings: Settings,
    at: Callable[[datetime], None],
) -> None:
    settings.TIME_ZONE = "UTC"
    new_clinic(hours=NIGHTLY)
    at(when)
    assert client.get("/api/v1/clinics/", CHEONAN).json()["clinics"][0]["open_now"] is open_now
