"""OpenStreetMap through an Overpass server: asked by area, never by the visitor's own spot, and kept for a day.

The licence (ODbL) allows keeping; each row says where it comes from. The area is a cell of 0.05°, so neither the
server nor our cache learns where in it somebody stood.
"""

import json
from time import monotonic
from typing import Any

import requests
from django.core.cache import cache
from urllib3.exceptions import HTTPError  # reading the body, they come as they are

from clinics.geo import KM_PER_DEGREE, box_around
from clinics.hours import from_osm
from clinics.models import Kind
from clinics.phones import tidy_phone
from clinics.providers.base import Place, ProviderFailed, Question, fits

CELL_DEGREES = 0.05
CELL_REACH_KM = CELL_DEGREES / 2 * KM_PER_DEGREE * 1.42  # from the middle of a cell to its corner, at most
KEEP_S = 24 * 3600
MAX_BYTES = 5 * 1024 * 1024
PIECE = 64 * 1024  # bytes
AMENITIES = {Kind.VET: "veterinary", Kind.CLINIC: "clinic|doctors|hospital"}
SPECIALITIES = {"ophthalmology": "ophthalmology", "dermatology": "dermatology"}


class Overpass:
    """Clinics that mappers have entered."""

    name = "OpenStreetMap"

    def __init__(self, url: str, *, timeout_s: float) -> None:
        self._url = url
        self._timeout_s = timeout_s

    def near(self, question: Question) -> list[Place]:
        try:
            places = [_place(element, question) for element in self._elements(question) if _usable(element)]
        except (requests.RequestException, HTTPError, ValueError, KeyError, TypeError, AttributeError):
            raise ProviderFailed(self.name) from None
        return [place for place in places if fits(place, question)]

    def _elements(self, question: Question) -> list[dict[str, Any]]:
        cell = (round(question.lat / CELL_DEGREES), round(question.lng / CELL_DEGREES))
        key = f"clinics.overpass.{question.kind}.{cell[0]}.{cell[1]}.{question.radius_km:g}"
        kept: list[dict[str, Any]] | None = cache.get(key)
        if kept is None:
            kept = self._ask(_query(question, cell[0] * CELL_DEGREES, cell[1] * CELL_DEGREES))
            cache.set(key, kept, KEEP_S)
        return kept

    def _ask(self, query: str) -> list[dict[str, Any]]:
        with requests.post(
            self._url, data={"data": query}, timeout=self._timeout_s, allow_redirects=False, stream=True
        ) as response:
            response.raise_for_status()
            body = _read(response, until=monotonic() + self._timeout_s)
        if len(body) > MAX_BYTES:
            raise ValueError("too long an answer")
        answer: dict[str, Any] = json.loads(body)
        if "error" in answer.get("remark", ""):  # a query that ran out of time or memory comes as a 200 without clinics
            raise ValueError("a query that was broken off")
        elements: list[dict[str, Any]] = answer["elements"]
        return [element for element in elements if isinstance(element, dict)]


def _read(response: requests.Response, *, until: float) -> bytes:
    """The whole body, or what has come when it grows too long; an answer that drips holds a place in the pool."""
    body = b""
    while (piece := response.raw.read1(PIECE, decode_content=True)) and len(body) <= MAX_BYTES:
        body += piece
        if monotonic() > until:
            raise ValueError("too slow an answer")
    return body


def _query(question: Question, lat: float, lng: float) -> str:
    box = box_around(lat, lng, question.radius_km + CELL_REACH_KM)
    west, east = box.longitudes[0]
    amenity = AMENITIES[Kind(question.kind)] if question.kind else "|".join(AMENITIES.values())
    area = f"{box.south:.3f},{west:.3f},{box.north:.3f},{east:.3f}"
    return f'[out:json][timeout:5];nwr["amenity"~"^({amenity})$"]({area});out center tags 500;'


def _usable(element: dict[str, Any]) -> bool:
    return bool(element["tags"].get("name")) and ("lat" in element or "center" in element)


def _place(element: dict[str, Any], question: Question) -> Place:
    tags, point = element["tags"], element.get("center", element)
    address = " ".join(tags[key] for key in ("addr:city", "addr:street", "addr:housenumber") if key in tags)
    speciality = tags.get("healthcare:speciality", "")
    place = Place(
        provider="osm",
        external_id=f"{element['type']}/{element['id']}",
        name=str(tags["name"]),
        kind=Kind.VET if tags["amenity"] == "veterinary" else Kind.CLINIC,
        lat=float(point["lat"]),
        lng=float(point["lon"]),
        distance_km=0.0,
        address=address,
        phone=tidy_phone(tags.get("phone", "").replace("+82", "0")),
        departments=tuple(code for code, word in SPECIALITIES.items() if word in speciality),
        hours=from_osm(tags["opening_hours"]) if "opening_hours" in tags else None,
        credit="© OpenStreetMap",
    )
    return place.seen_from(question)
