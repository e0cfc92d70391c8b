"""Places found by name, and the outlines the map is drawn from."""

import json
import unicodedata
from datetime import datetime

import pytest

from clinics.atlas import map_of, map_of_country
from clinics.geo import distance_km
from clinics.places import spots_named
from clinics.regions import country, decoded, regions_near
from clinics.rows import as_rows
from clinics.search import Place, Question


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("천안시 불당동", "충청남도 천안시 서북구 불당동"),
        ("불당동", "충청남도 천안시 서북구 불당동"),
        ("  불당동 , 천안 ", "충청남도 천안시 서북구 불당동"),
        ("천안", "충청남도 천안시"),
        ("서울", "서울특별시"),
        ("강남", "서울특별시 강남구"),
        ("전북 전주", "전북특별자치도 전주시"),
        ("전라북도 전주", "전북특별자치도 전주시"),
        ("군위", "대구광역시 군위군"),
        ("울릉읍", "경상북도 울릉군 울릉읍"),
        ("독도", "경상북도 울릉군 독도"),
        ("Gangnam-gu", "서울특별시 강남구"),
        ("buldang cheonan", "충청남도 천안시 서북구 불당동"),
    ],
)
def test_a_place_is_found_by_its_name(asked: str, found: str) -> None:
    assert spots_named(asked)[0].name == found


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("서울시", "서울특별시"),
        ("세종시", "세종특별자치시"),
        ("제주도", "제주특별자치도"),
        ("서울시 강남구", "서울특별시 강남구"),
        ("부산시 해운대구", "부산광역시 해운대구"),
        ("역삼1동", "서울특별시 강남구 역삼동"),
        ("역삼 1동", "서울특별시 강남구 역삼동"),
        ("상도1동", "서울특별시 동작구 상도1동"),
        ("강남구역삼동", "서울특별시 강남구 역삼동"),
        ("서울시강남구", "서울특별시 강남구"),
        ("울릉도", "경상북도 울릉군"),
        ("거제도", "경상남도 거제시"),
        ("서울특별시 강남구 테헤란로 152", "서울특별시 강남구"),
        ("서울 강남구 테헤란로 152 (역삼동)", "서울특별시 강남구 역삼동"),
        ("대전 중구 중앙로 100", "대전광역시 중구"),
        ("Suwon-si", "경기도 수원시"),
        ("Seoul-si", "서울특별시"),
        ("Gangnamgu", "서울특별시 강남구"),
        ("Pusan", "부산광역시"),
        ("Seoul, South Korea", "서울특별시"),
        (unicodedata.normalize("NFD", "강남구"), "서울특별시 강남구"),
        ("Ｇａｎｇｎａｍ－ｇｕ", "서울특별시 강남구"),
        ("역삼동\u200b", "서울특별시 강남구 역삼동"),
        ("Gangnam gu", "서울특별시 강남구"),
        ("역삼 동", "서울특별시 강남구 역삼동"),
        ("Jeju do", "제주특별자치도"),
        ("vet in Busan", "부산광역시"),
        ("마포구청", "서울특별시 마포구"),
        ("서울시청", "서울특별시"),
        ("서울 시청", "서울특별시"),
        ("강화도", "인천광역시 강화군"),
        ("백령도", "인천광역시 옹진군 백령면"),
        ("강남역 동물병원", "서울특별시 강남구 역삼동"),
        ("skin clinic near Hongdae", "서울특별시 마포구 서교동"),
        ("홍대입구역", "서울특별시 마포구 서교동"),
        ("Taegu", "대구광역시"),
        ("Jeju", "제주특별자치도 제주시"),
        ("Jeju-do", "제주특별자치도"),
    ],
)
def test_a_place_is_found_as_people_write_it(asked: str, found: str) -> None:
    assert spots_named(asked)[0].name == found


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("판교", "경기도 성남시 분당구 판교동"),
        ("일산", "경기도 고양시 일산서구 일산동"),
        ("명동", "서울특별시 중구 명동2가"),
        ("성수", "서울특별시 성동구 성수동1가"),
        ("신촌", "서울특별시 서대문구 신촌동"),
        ("강서구", "서울특별시 강서구"),
        ("광주", "광주광역시"),
        ("경기 광주", "경기도 광주시"),
    ],
)
def test_of_places_with_one_name_the_one_with_more_clinics_comes_first(asked: str, found: str) -> None:
    assert spots_named(asked)[0].name == found


def test_a_name_that_several_places_bear_gives_them_all() -> None:
    cities = {spot.words[0] for spot in spots_named("중구")}
    assert {"서울특별시", "부산광역시", "대구광역시"} <= cities


def test_what_lies_inside_the_place_found_is_no_other_place() -> None:
    names = [spot.name for spot in spots_named("강남")]
    assert "경상남도 진주시 강남동" in names
    assert not any(name.startswith("서울특별시 강남구 ") for name in names)


@pytest.mark.parametrize(
    "asked", ["", "   ", ",", "내 근처", "24시", "아틀란티스", "천안 강남", "'; drop table", "%", "\x00", "가" * 80]
)
def test_an_unknown_place_gives_nothing(asked: str) -> None:
    assert spots_named(asked) == []


def test_buldang_lies_where_it_lies() -> None:
    spot = spots_named("불당동")[0]
    assert distance_km(spot.lat, spot.lng, 36.81, 127.11) < 1
    assert spot.label("en") == "Buldang-dong, Seobuk-gu, Cheonan, Chungcheongnam-do"


def test_dokdo_stays_on_the_map() -> None:
    def near_dokdo(rings: list[str]) -> bool:
        return any(abs(lat - 37.24) < 0.02 and abs(lng - 131.87) < 0.02 for ring in rings for lat, lng in decoded(ring))

    assert any(near_dokdo(region.rings) for region in country())
    assert any(near_dokdo(region.rings) for region in regions_near(37.2414, 131.8669, 20))
    assert any(near_dokdo(region["rings"]) for region in map_of_country(language="ko")["regions"])


def test_all_17_provinces_are_there_and_named_in_both_languages() -> None:
    assert len(country()) == 17
    english = {region["name"] for region in map_of_country(language="en")["regions"]}
    assert {"Seoul", "Jeju-do", "Gyeonggi-do"} <= english


def test_busan_jung_gu_is_not_missing_among_the_districts() -> None:
    assert any(region.code == "26110" for region in regions_near(35.106, 129.032, 10))


def test_the_neighbourhood_around_a_point_is_drawn_nearest_first() -> None:
    assert regions_near(36.8085, 127.1069, 2)[0].name == "불당동"


@pytest.mark.parametrize("reach", [0.5, 2, 5, 7, 10, 20, 50])
@pytest.mark.parametrize("point", [(37.5665, 126.978), (35.17, 129.07), (36.8, 127.1), (37.24, 131.87), (33.4, 126.5)])
def test_the_maps_data_stays_below_100_kb_with_200_pins(
    point: tuple[float, float], reach: float, now: datetime
) -> None:
    question = Question(lat=point[0], lng=point[1], now=now, radius_km=reach)
    places = tuple(
        Place("test", str(number), "가나다라마바사 동물메디컬센터", "vet", *point, distance_km=reach * number / 199)
        for number in range(200)
    )
    data = map_of(question, as_rows(places, now), language="ko")
    assert len(json.dumps(data).encode()) < 100_000
    assert len(data["pins"]) == 200
    assert data["regions"]
