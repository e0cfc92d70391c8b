"""The map's paper: bundled outlines of provinces, districts and neighbourhoods around a point, small enough to send."""

import gzip
import json
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from clinics.geo import box_around, distance_km

FILE = Path(__file__).parent / "data" / "regions.json.gz"
SCALE = 1e4  # outlines are whole numbers of 0.0001°, about 11 m
LEVELS = ((7.0, "emd"), (60.0, "sigungu"))  # up to this radius in km; the whole country beyond
MAX_BYTES = 80_000  # of outlines in one page
ASIDE = 1.7  # the map is wider than the circle


class Region(NamedTuple):
    """One outline; ``rings`` are polylines in Google's text encoding, latitude first."""

    name: str
    english: str
    code: str
    bounds: tuple[float, float, float, float]  # south, west, north, east
    label: tuple[float, float]
    rings: list[str]


def country() -> list[Region]:
    """All provinces, the islands of Ulleungdo and Dokdo included."""
    return _regions()["sido"]


def regions_near(lat: float, lng: float, radius_km: float) -> list[Region]:
    """Regions that touch the view around a circle, nearest first, until the page would grow too heavy."""
    level = next((name for reach, name in LEVELS if radius_km <= reach), "sido")
    box = box_around(lat, lng, radius_km * ASIDE)
    west, east = box.longitudes[0][0], box.longitudes[-1][1]
    touching = [region for region in _regions()[level] if _touches(region, box.south, west, box.north, east)]
    touching.sort(key=lambda region: distance_km(lat, lng, *region.label))
    return _within(touching, MAX_BYTES)


def drawn(regions: list[Region], *, language: str) -> list[dict[str, Any]]:
    """Regions as the page's script takes them; neighbours of one district share a tint."""
    return [
        {
            "name": region.name if language == "ko" else region.english,
            "tint": _tint(region.code[:5] or region.name),
            "label": region.label,
            "rings": region.rings,
        }
        for region in regions
    ]


def decoded(ring: str) -> list[tuple[float, float]]:
    """The points of one ring, as (latitude, longitude)."""
    values, value, shift = [], 0, 0
    for character in ring:
        chunk = ord(character) - 63
        value |= (chunk & 31) << shift
        shift += 5
        if chunk < 32:
            values.append(~(value >> 1) if value & 1 else value >> 1)
            value = shift = 0
    points, lat, lng = [], 0, 0
    for north, east in zip(values[::2], values[1::2], strict=True):
        lat, lng = lat + north, lng + east
        points.append((lat / SCALE, lng / SCALE))
    return points


def _touches(region: Region, south: float, west: float, north: float, east: float) -> bool:
    low_lat, low_lng, high_lat, high_lng = region.bounds
    return low_lat <= north and high_lat >= south and low_lng <= east and high_lng >= west


def _within(regions: list[Region], room: int) -> list[Region]:
    for count, region in enumerate(regions):
        room -= sum(map(len, region.rings))
        if room < 0:
            return regions[:count]
    return regions


def _tint(code: str) -> int:
    return sum(map(ord, code)) % 4


@lru_cache(maxsize=1)
def _regions() -> dict[str, list[Region]]:
    levels = json.loads(gzip.decompress(FILE.read_bytes()))
    return {level: [Region(*row) for row in rows] for level, rows in levels.items()}
