"""Google Places through the googlemaps client: asked only when a key is set, and never kept.

Google's terms allow place ids to be stored, but not names, numbers or ratings, and forbid showing its places on
another maker's map: so nothing is cached here, and ``on_map`` is off.
"""

import logging
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import googlemaps
from googlemaps.exceptions import ApiError, HTTPError, Timeout, TransportError

from clinics.hours import from_periods
from clinics.models import Kind
from clinics.phones import tidy_phone
from clinics.providers.base import REQUESTS_IN_A_ROW, Place, ProviderFailed, Question, fits

TYPES = {Kind.VET: "veterinary_care", Kind.CLINIC: "doctor"}
WORDS = {"ophthalmology": "안과", "dermatology": "피부과"}
DETAIL_FIELDS = ["place_id", "formatted_phone_number", "opening_hours"]  # the mask: what is not asked is not billed
MAX_PAGES = 3  # Google's own limit, 20 places each
DETAILS = 5  # rows whose telephone and hours are looked up
PAGE_DELAY_S = 2.0  # a next-page token becomes valid only after a moment
_FAILURES = (
    ApiError, HTTPError, Timeout, TransportError,
    ValueError, KeyError, TypeError, AttributeError, IndexError,  # JSON that is none, or not as agreed
)  # fmt: skip

# At DEBUG the transport logs whole addresses, and Google's hold the key.
logging.getLogger("urllib3").setLevel(logging.INFO)
logging.getLogger("googlemaps").setLevel(logging.WARNING)  # each client announces its quota


class Google:
    """Nearby search, next pages, and details of the nearest few."""

    name = "Google"

    def __init__(self, key: str, *, timeout_s: float, base_url: str = "", page_delay_s: float = PAGE_DELAY_S) -> None:
        self._key = key
        self._timeout_s = timeout_s
        self._options = {"timeout": timeout_s, "retry_timeout": timeout_s} | (
            {"base_url": base_url} if base_url else {}
        )
        self._page_delay_s = page_delay_s

    def near(self, question: Question) -> list[Place]:
        try:
            client = googlemaps.Client(self._key, retry_over_query_limit=False, **self._options)
            found = [place for answer in self._pages(client, question) for place in _places(answer, question)]
            found.sort(key=lambda place: place.distance_km)
            detailed = _with_details(client, found[:DETAILS])
        except _FAILURES:
            # `from None`: the client's own message carries the address, and the address carries the key.
            raise ProviderFailed(self.name) from None
        return [place for place in detailed + found[DETAILS:] if fits(place, question)]

    def _pages(self, client: googlemaps.Client, question: Question) -> Iterator[dict[str, Any]]:
        kind, seen, start = Kind(question.kind or Kind.VET), 0, time.monotonic()
        words = " ".join(WORDS[department] for department in question.departments)
        answer: dict[str, Any] = client.places_nearby(
            location=(question.lat, question.lng),
            radius=round(question.radius_km * 1000),
            type=TYPES[kind],
            keyword=words or None,
        )
        yield answer
        pace = time.monotonic() - start  # seconds a reply takes
        last = start + REQUESTS_IN_A_ROW * self._timeout_s - self._page_delay_s - 2 * pace
        for _ in range(MAX_PAGES - 1):
            seen += len(answer["results"])
            if seen + 1 >= question.limit or "next_page_token" not in answer or time.monotonic() > last:
                return
            time.sleep(self._page_delay_s)
            try:
                answer = client.places_nearby(page_token=answer["next_page_token"])
            except _FAILURES:
                return
            yield answer


def _with_details(client: googlemaps.Client, places: list[Place]) -> list[Place]:
    with ThreadPoolExecutor(max_workers=DETAILS) as pool:
        return list(pool.map(lambda place: _detailed(client, place), places))


def _detailed(client: googlemaps.Client, place: Place) -> Place:
    try:
        answer = client.place(place.external_id, fields=DETAIL_FIELDS)["result"]
        phone = tidy_phone(answer.get("formatted_phone_number", ""))
        hours = from_periods(answer.get("opening_hours", {}).get("periods", []))
    except _FAILURES:
        return place
    return replace(place, phone=phone, hours=hours)


def _places(answer: dict[str, Any], question: Question) -> Iterable[Place]:
    for result in answer["results"]:
        if result.get("business_status", "OPERATIONAL") == "OPERATIONAL":
            yield _place(result, question)


def _place(result: dict[str, Any], question: Question) -> Place:
    point = result["geometry"]["location"]
    place = Place(
        provider="google",
        external_id=str(result["place_id"]),
        name=str(result["name"]),
        kind=question.kind or Kind.VET,
        lat=float(point["lat"]),
        lng=float(point["lng"]),
        distance_km=0.0,
        address=str(result.get("vicinity", "")),
        departments=tuple(question.departments),
        open_now=result.get("opening_hours", {}).get("open_now"),
        rating=float(result["rating"]) if result.get("user_ratings_total") else None,
        ratings=int(result.get("user_ratings_total", 0)),
        on_map=False,
        credit="Google Maps",
    )
    return place.seen_from(question)
