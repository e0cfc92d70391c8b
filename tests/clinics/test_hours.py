"""Open, closed or unknown; numbers that a telephone can dial."""

from datetime import datetime

import pytest

from clinics import hours
from clinics.phones import tidy_phone

NINE_TO_SIX = [[540, 1080]]


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """2026-11-23 is a Monday."""
    return datetime(2026, 11, 23 + day, hour, minute)


def test_unknown_hours_say_neither_open_nor_closed() -> None:
    assert hours.is_open(None, at(0, 12)) is None
    assert not hours.is_always_open(None)


@pytest.mark.parametrize(
    ("when", "expected"), [(at(0, 8, 59), False), (at(0, 9), True), (at(0, 17, 59), True), (at(0, 18), False)]
)
def test_a_clinic_is_open_from_its_first_minute_to_before_its_last(when: datetime, expected: bool) -> None:
    assert hours.is_open([NINE_TO_SIX] * 7, when) is expected


def test_a_night_that_ends_after_midnight_belongs_to_the_day_it_began() -> None:
    week = [[[1200, 1560]], *[[]] * 6]  # Monday 20:00 to Tuesday 2:00
    assert hours.is_open(week, at(1, 1, 59))
    assert not hours.is_open(week, at(1, 2))
    assert not hours.is_open(week, at(0, 1))
    assert hours.closing_minute(week, at(0, 23)) == 120


def test_sunday_night_reaches_into_monday() -> None:
    assert hours.is_open([*[[]] * 6, [[1200, 1560]]], at(0, 1))


@pytest.mark.parametrize(
    ("text", "monday", "sunday"),
    [
        ("Mo-Fr 09:00-18:00", NINE_TO_SIX, []),
        ("Mo-Fr 09:00-18:00; Sa,Su 10:00-13:00", NINE_TO_SIX, [[600, 780]]),
        ("09:00-18:00", NINE_TO_SIX, NINE_TO_SIX),
        ("Mo-Su 09:00-12:00,14:00-18:00; Su off", [[540, 720], [840, 1080]], []),
        ("Fr-Mo 22:00-02:00", [[1320, 1560]], [[1320, 1560]]),
        ("Mo-Fr 09:00-18:00; PH off", NINE_TO_SIX, []),
    ],
)
def test_common_openstreetmap_hours_are_read(text: str, monday: list[list[int]], sunday: list[list[int]]) -> None:
    week = hours.from_osm(text)
    assert week is not None
    assert (week[0], week[6]) == (monday, sunday)


@pytest.mark.parametrize(
    "text", ["sunrise-sunset", "Mo-Fr", "Mo[1] 09:00-10:00", "by appointment", "", "Xx 09:00-18:00"]
)
def test_hours_that_are_not_understood_count_as_unknown(text: str) -> None:
    assert hours.from_osm(text) is None


def test_day_and_night_is_recognised_in_both_sources() -> None:
    assert hours.is_always_open(hours.from_osm("24/7"))
    assert hours.is_always_open(hours.from_periods([{"open": {"day": 0, "time": "0000"}}]))


def test_googles_week_begins_on_sunday() -> None:
    week = hours.from_periods([{"open": {"day": 1, "time": "0900"}, "close": {"day": 1, "time": "1800"}}])
    assert week == [NINE_TO_SIX, *[[]] * 6]


def test_a_week_of_days_and_nights_on_end_is_open_on_each_of_them() -> None:
    week = hours.from_periods([{"open": {"day": 1, "time": "0900"}, "close": {"day": 5, "time": "1800"}}])
    assert hours.closing_minute(week, at(2, 12)) == 1440
    assert hours.closing_minute(week, at(4, 12)) == 1080
    assert not hours.is_open(week, at(4, 18))
    assert not hours.is_open(week, at(0, 8))


@pytest.mark.parametrize("value", [None, [], [[]] * 6, [[[1]]] * 7, [[["9", "18"]]] * 7, [[[-5, 3]]] * 7, "24/7"])
def test_only_seven_days_of_spans_are_a_week(value: object) -> None:
    assert not hours.is_week(value)
    assert hours.is_week(hours.always())


@pytest.mark.parametrize(
    ("written", "address", "dialable"),
    [
        ("02-2653-3335", "", "02-2653-3335"),
        ("0314947975", "", "031-494-7975"),
        ("062)419-7582", "", "062-419-7582"),
        ("571-9114", "광주광역시 북구", "062-571-9114"),
        ("571-9114", "", ""),
        ("02-1644-2119", "", "1644-2119"),
        ("15881234", "서울특별시", "1588-1234"),
        ("전화 없음", "서울특별시", ""),
        ("", "서울특별시", ""),
        ("010-1234-5678", "", "010-1234-5678"),
    ],
)
def test_a_number_is_made_dialable_or_left_out(written: str, address: str, dialable: str) -> None:
    assert tidy_phone(written, address=address) == dialable
