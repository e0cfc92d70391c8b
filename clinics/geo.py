"""Distances on the globe, and boxes of latitude and longitude around a point."""

import math
from dataclasses import dataclass

EARTH_RADIUS_KM = 6371.0088  # mean radius (IUGG); a sphere stays within 0.5 % of the ellipsoid
KM_PER_DEGREE = math.pi * EARTH_RADIUS_KM / 180
DECIMALS = 3  # of a visitor's position: about 100 m
FIRST_BOX_KM = 0.5
SLACK = 1 + 1e-9  # rounding must not push a point out of the box that holds it


@dataclass(frozen=True)
class Box:
    """Latitudes ``south`` to ``north``; longitudes as one range, or two where it crosses the date line."""

    south: float
    north: float
    longitudes: tuple[tuple[float, float], ...]


def distance_km(lat: float, lng: float, other_lat: float, other_lng: float) -> float:
    """Great-circle distance by the haversine formula, which stays exact for short ways."""
    phi, other_phi = math.radians(lat), math.radians(other_lat)
    half_lat = math.sin((other_phi - phi) / 2)
    half_lng = math.sin(math.radians(other_lng - lng) / 2)
    chord = half_lat**2 + math.cos(phi) * math.cos(other_phi) * half_lng**2
    return 2 * EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(chord)))


def box_around(lat: float, lng: float, radius_km: float) -> Box:
    """The smallest box that holds the whole circle: its sides touch the circle, so its corners reach further."""
    angle = radius_km / EARTH_RADIUS_KM * SLACK
    reach = math.degrees(angle)
    south, north = lat - reach, lat + reach
    if south <= -90 or north >= 90:  # a pole inside: every longitude is near
        return Box(max(south, -90), min(north, 90), ((-180, 180),))
    # The circle is widest where a meridian touches it, a little nearer the pole than its middle.
    wide = math.degrees(math.asin(min(1.0, math.sin(angle) / math.cos(math.radians(lat)))))
    return Box(south, north, _ranges(lng - wide, lng + wide))


def growing_radii(radius_km: float) -> list[float]:
    """0.5, 1, 2, 4 … and at last the radius asked for."""
    radii, step = [], FIRST_BOX_KM
    while step < radius_km:
        radii.append(step)
        step *= 2
    return [*radii, radius_km]


def coarse(degrees: float) -> float:
    """A visitor's coordinate, no finer than we need to know it."""
    return round(degrees, DECIMALS)


def _ranges(west: float, east: float) -> tuple[tuple[float, float], ...]:
    if west < -180:
        return ((west + 360, 180), (-180, east))
    if east > 180:
        return ((west, 180), (-180, east - 360))
    return ((west, east),)
