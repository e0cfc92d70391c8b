"""Distances against the ellipsoid, and boxes that hold their circles."""

import math
import random

import pytest

from clinics.geo import box_around, coarse, distance_km, growing_radii


def geodesic_km(lat: float, lng: float, other_lat: float, other_lng: float) -> float:
    """Vincenty's inverse solution on WGS 84 (https://doi.org/10.1179/sre.1975.23.176.88), good to a millimetre."""
    a, f = 6378.137, 1 / 298.257223563
    b = a * (1 - f)
    u1, u2 = (math.atan((1 - f) * math.tan(math.radians(x))) for x in (lat, other_lat))
    length = turn = math.radians(other_lng - lng)
    for _ in range(100):
        sin_sigma = math.hypot(
            math.cos(u2) * math.sin(turn),
            math.cos(u1) * math.sin(u2) - math.sin(u1) * math.cos(u2) * math.cos(turn),
        )
        cos_sigma = math.sin(u1) * math.sin(u2) + math.cos(u1) * math.cos(u2) * math.cos(turn)
        sigma = math.atan2(sin_sigma, cos_sigma)
        sin_alpha = math.cos(u1) * math.cos(u2) * math.sin(turn) / sin_sigma
        cos2_alpha = 1 - sin_alpha**2
        middle = cos_sigma - 2 * math.sin(u1) * math.sin(u2) / cos2_alpha
        c = f / 16 * cos2_alpha * (4 + f * (4 - 3 * cos2_alpha))
        before, turn = (
            turn,
            length + (1 - c) * f * sin_alpha * (sigma + c * sin_sigma * (middle + c * cos_sigma * (2 * middle**2 - 1))),
        )
        if abs(turn - before) < 1e-12:
            break
    square = cos2_alpha * (a**2 - b**2) / b**2
    big_a = 1 + square / 16384 * (4096 + square * (square * (320 - 175 * square) - 768))
    big_b = square / 1024 * (256 + square * (square * (74 - 47 * square) - 128))
    third = big_b / 6 * middle * (4 * sin_sigma**2 - 3) * (4 * middle**2 - 3)
    delta = big_b * sin_sigma * (middle + big_b / 4 * (cos_sigma * (2 * middle**2 - 1) - third))
    return b * big_a * (sigma - delta)


def test_the_reference_itself_knows_seoul_to_busan() -> None:
    # City hall to city hall; published as about 325 km.
    assert geodesic_km(37.5665, 126.9780, 35.1796, 129.0756) == pytest.approx(325.0, abs=1.0)


def test_distances_stay_within_half_a_percent_of_the_geodesic() -> None:
    draw = random.Random(5)
    for _ in range(500):
        here = draw.uniform(33.0, 38.7), draw.uniform(124.6, 131.9)
        there = here[0] + draw.choice([-1, 1]) * draw.uniform(0.001, 0.5), here[1] + draw.uniform(-0.5, 0.5)
        assert distance_km(*here, *there) == pytest.approx(geodesic_km(*here, *there), rel=0.005)


def test_a_place_is_no_distance_from_itself_and_the_far_side_is_half_way_round() -> None:
    assert distance_km(36.8, 127.1, 36.8, 127.1) == 0
    assert distance_km(0, 0, 0, 180) == pytest.approx(math.pi * 6371.0088)


@pytest.mark.parametrize("lat", [-89.99, -60.0, 0.0, 36.8, 85.0, 89.99])
@pytest.mark.parametrize("lng", [-179.99, 0.0, 127.1, 179.99])
def test_the_box_holds_the_whole_circle(lat: float, lng: float) -> None:
    radius, angle = 40.0, 40.0 / 6371.0088
    box = box_around(lat, lng, radius)
    phi = math.radians(lat)
    for step in range(360):
        way = math.radians(step)
        y = math.asin(math.sin(phi) * math.cos(angle) + math.cos(phi) * math.sin(angle) * math.cos(way))
        x = math.atan2(math.sin(way) * math.sin(angle) * math.cos(phi), math.cos(angle) - math.sin(phi) * math.sin(y))
        point_lat, point_lng = math.degrees(y), (lng + math.degrees(x) + 180) % 360 - 180
        assert box.south <= point_lat <= box.north
        assert any(west - 1e-6 <= point_lng <= east + 1e-6 for west, east in box.longitudes)


def test_the_box_grows_by_doubling_and_ends_at_the_radius() -> None:
    assert growing_radii(5) == [0.5, 1, 2, 4, 5]
    assert growing_radii(0.3) == [0.3]


def test_a_position_is_rounded_to_three_decimals() -> None:
    assert coarse(36.8123456) == 36.812
