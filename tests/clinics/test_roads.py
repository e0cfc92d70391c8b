"""Roads, found by the addresses of the clinics on them."""

from collections.abc import Callable

import pytest

from clinics.models import Clinic
from clinics.roads import places_named

ON_ROADS = [
    ("서울특별시 강남구 테헤란로 152 (역삼동)", 37.500, 127.036),
    ("서울특별시 강남구 테헤란로 400, 3층", 37.505, 127.050),
    ("서울특별시 강남구 테헤란로 521", 37.509, 127.061),
    ("서울특별시 강남구 테헤란로4길 6", 37.400, 127.000),
    ("서울특별시 마포구 월드컵북로 400", 37.579, 126.890),
    ("전라북도 전주시 완산구 백제대로 300", 35.81, 127.11),
    ("전라북도 전주시 덕진구 백제대로 700", 35.85, 127.13),
    ("세종특별자치시 한누리대로 200", 36.48, 127.25),
    ("경기도 고양시 일산동구 중앙로 1200", 37.66, 126.77),
    ("경기도 고양시 일산동구 중앙로 1300", 37.66, 126.77),
    ("대전광역시 중구 중앙로 100", 36.33, 127.42),
    ("서울특별시 강남구 선릉로 100", 37.49, 127.05),
    ("서울특별시 성동구 왕십리로 50", 37.54, 127.04),
]


@pytest.fixture(autouse=True)
def _clinics(new_clinic: Callable[..., Clinic]) -> None:
    for address, lat, lng in ON_ROADS:
        new_clinic(address=address, lat=lat, lng=lng)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("테헤란로", "서울특별시 강남구 테헤란로"),
        ("테헤란로 152", "서울특별시 강남구 테헤란로"),
        ("테헤란로152", "서울특별시 강남구 테헤란로"),
        ("테헤란로4길 6", "서울특별시 강남구 테헤란로4길"),
        ("Teheran-ro", "서울특별시 강남구 테헤란로"),
        ("152 Teheran-ro, Gangnam-gu, Seoul", "서울특별시 강남구 테헤란로"),
        ("Seolleung-ro 5", "서울특별시 강남구 선릉로"),
        ("Wangsimni-ro", "서울특별시 성동구 왕십리로"),
        ("서울 마포구 월드컵북로 400", "서울특별시 마포구 월드컵북로"),
        ("전북 전주 백제대로", "전북특별자치도 전주시 백제대로"),
        ("세종 한누리대로", "세종특별자치시 한누리대로"),
        ("대전 중구 중앙로 100", "대전광역시 중구 중앙로"),
    ],
)
def test_a_road_is_found_by_the_clinics_on_it(asked: str, found: str) -> None:
    assert places_named(asked)[0].name == found


def test_a_road_lies_amid_its_clinics_and_leads_to_itself() -> None:
    road = places_named("테헤란로 152")[0]
    assert (road.lat, road.lng) == (37.505, 127.050)
    assert (road.label("en"), road.label("ko")) == ("테헤란로, Gangnam-gu, Seoul", "서울특별시 강남구 테헤란로")
    assert places_named(road.name)[0] == road


def test_of_roads_with_one_name_each_town_s_is_offered() -> None:
    names = [spot.name for spot in places_named("중앙로 100")]
    assert {"경기도 고양시 중앙로", "대전광역시 중구 중앙로"} <= set(names)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("서울 강남구 테헤란로 152 (역삼동)", "서울특별시 강남구 역삼동"),  # a neighbourhood is nearer than a road
        ("종로", "서울특별시 종로구"),
        ("부산 해운대구 테헤란로 1", "부산광역시 해운대구"),
    ],
)
def test_a_place_that_is_known_better_stays(asked: str, found: str) -> None:
    assert places_named(asked)[0].name == found


@pytest.mark.parametrize("asked", ["", "없는로 5", "로", "ro", "100%로", "_로", "'; --로"])
def test_a_road_without_clinics_is_no_place(asked: str) -> None:
    assert places_named(asked) == []


def test_a_closed_clinic_leads_to_no_road() -> None:
    Clinic.objects.update(closed=True)
    assert places_named("테헤란로") == []
