"""Opening hours: seven days of (opens, closes) minutes, and what they say about now; unknown stays unknown."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from clinics.holidays import holiday_on

DAY = 24 * 60  # minutes
WEEK = 7 * DAY
Spans = Sequence[Sequence[int]]  # [[540, 1080]]: from 9:00 to 18:00; past midnight a span ends above 1440
Week = Sequence[Spans]  # Monday first

_DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_RULE = re.compile(r"(?P<days>[A-Za-z,\- ]*?)\s*(?P<times>off|closed|\d{1,2}:\d{2}.*)")
_SPAN = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})")


def always() -> list[list[list[int]]]:
    """Open day and night."""
    return [[[0, DAY]] for _ in _DAYS]


def is_always_open(week: Week | None) -> bool:
    return week is not None and all(any(opens == 0 and closes >= DAY for opens, closes in spans) for spans in week)


def closing_minute(week: Week | None, now: datetime) -> int | None:
    """When the span that holds ``now`` ends, in minutes after midnight; None when closed or unknown."""
    return max((closes % DAY or DAY for _, closes in _holding(week, now)), default=None)


def holiday_of(week: Week | None, now: datetime) -> str:
    """The public holiday that may have changed the hours of ``now``: a night keeps those of the day it began."""
    if is_always_open(week):
        return ""
    days = [day for day, _ in _holding(week, now)] or [now.date()]
    return next(filter(None, map(holiday_on, days)), "")


def is_open(week: Week | None, now: datetime) -> bool | None:
    """None where the hours are unknown: nobody is said to be closed for want of data."""
    return None if week is None else closing_minute(week, now) is not None


def is_week(value: object) -> bool:
    """Whether a stored value is seven days of spans, as the other functions expect."""
    return isinstance(value, list) and len(value) == 7 and all(map(_is_day, value))


def from_osm(text: str) -> list[list[list[int]]] | None:
    """Read the common part of OpenStreetMap's opening_hours; anything cleverer counts as unknown."""
    if text.strip() == "24/7":
        return always()
    week: list[list[list[int]]] = [[] for _ in _DAYS]
    for rule in filter(None, (part.strip() for part in text.split(";"))):
        match = _RULE.fullmatch(rule)
        days = _days(match["days"]) if match else None
        spans = _spans(match["times"]) if match else None
        if days is None or spans is None:
            return None
        for day in days:
            week[day] = spans
    return week if any(week) else None


def from_periods(periods: Iterable[dict[str, dict[str, object]]]) -> list[list[list[int]]] | None:
    """Read Google's periods, whose weeks begin on Sunday; one opening without a closing means always open."""
    week: list[list[list[int]]] = [[] for _ in _DAYS]
    for period in periods:
        if "close" not in period:
            return always()
        opens, closes = _week_minute(period["open"]), _week_minute(period["close"])
        day, start = divmod(opens, DAY)
        end = start + (closes - opens) % WEEK
        while end > 2 * DAY:  # whoever asks about a day looks back to the one before, and no further
            week[day % 7].append([start, DAY])
            day, start, end = day + 1, 0, end - DAY
        week[day % 7].append([start, end])
    return week if any(week) else None


def _holding(week: Week | None, now: datetime) -> list[tuple[date, int]]:
    """The day on which each span that holds ``now`` began, and the minute of today at which it ends."""
    if week is None:
        return []
    today, minute = now.date(), now.hour * 60 + now.minute
    yesterday = today - timedelta(days=1)
    spans = [(yesterday, opens - DAY, closes - DAY) for opens, closes in week[yesterday.weekday()]]
    spans += [(today, opens, closes) for opens, closes in week[today.weekday()]]
    return [(day, closes) for day, opens, closes in spans if opens <= minute < closes]


def _is_day(spans: object) -> bool:
    return isinstance(spans, list) and all(
        isinstance(span, list) and len(span) == 2 and all(type(edge) is int and 0 <= edge <= 2 * DAY for edge in span)
        for span in spans
    )


def _days(text: str) -> list[int] | None:
    """``Mo-Fr,Su`` as numbers; no day at all means every day."""
    chosen: list[int] = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        first, _, last = part.partition("-")
        if first == "PH":  # no day of the week: see holiday_of
            continue
        if first not in _DAYS or (last and last not in _DAYS):
            return None
        start, length = _DAYS.index(first), (_DAYS.index(last or first) - _DAYS.index(first)) % 7
        chosen += [(start + step) % 7 for step in range(length + 1)]
    return chosen if text.strip() else list(range(7))


def _spans(text: str) -> list[list[int]] | None:
    if text in ("off", "closed"):
        return []
    found = [_SPAN.fullmatch(part.strip()) for part in text.split(",")]
    spans = [[int(m[1]) * 60 + int(m[2]), int(m[3]) * 60 + int(m[4])] for m in found if m]
    if len(spans) < len(found):
        return None
    return [[opens, closes if closes > opens else closes + DAY] for opens, closes in spans]


def _week_minute(point: dict[str, object]) -> int:
    time = str(point["time"])
    return (int(str(point["day"])) - 1) % 7 * DAY + int(time[:2]) * 60 + int(time[2:])
