"""How people write the names of places, and how the gazetteer and addresses do."""

import re
import unicodedata

OTHER_NAMES = {
    "충북": "충청북도", "충남": "충청남도", "전북": "전북특별자치도", "전라북도": "전북특별자치도", "전남": "전라남도",
    "경북": "경상북도", "경남": "경상남도", "강원도": "강원특별자치도", "제주도": "제주특별자치도", "jejusi": "제주시",
    "서울시": "서울특별시", "부산시": "부산광역시", "대구시": "대구광역시", "인천시": "인천광역시",
    "대전시": "대전광역시", "울산시": "울산광역시", "세종시": "세종특별자치시",
    "pusan": "busan", "taegu": "daegu", "cheju": "jeju",
    # What people call a spot that the gazetteer knows by its neighbourhood
    "강남역": "역삼동", "교대역": "서초동", "서울역": "동자동", "부산역": "초량동", "서면역": "부전동",
    "홍대": "서교동", "홍대입구": "서교동", "hongdae": "seogyodong", "건대": "화양동", "건대입구": "화양동",
    "선릉": "역삼동", "광화문": "세종로", "광교": "이의동", "인천공항": "운서동", "영종도": "운서동",
}  # fmt: skip
KOREAN_ROAD = r"[가-힣][가-힣\d.]*(?:로|길)"
ROAD = re.compile(rf"({KOREAN_ROAD}|[a-z][a-z\d.]*(?:ro|gil))(\d+)?")  # name, house number
_LITTLE = {"in", "내"}  # they begin many names and are none
_SPACE = re.compile(r"[\s,·/()\u200b\ufeff]+")  # the last two come along unseen when a name is pasted
_APART = re.compile(r"(?<=\w) +(?=(si|gun|gu|dong|eup|myeon|do|[시군구읍면동도])( |$))")  # gangnam gu, 역삼 동
_BLOCK = re.compile(r"\d+(가|ga)$")
_UNIT = re.compile(r"(특별시|광역시|\d가|[시군구읍면동]|gun|gu|eup|myeon|dong|\d+ga)$")  # no do: Jeju is the city


def words_of(query: str) -> list[str]:
    """The words of a query as the gazetteer writes names: small letters, no hyphens, units joined to their names."""
    text = _SPACE.sub(" ", unicodedata.normalize("NFKC", query).lower().replace("-", "")).strip()
    words = _APART.sub("", text).split()
    return [OTHER_NAMES.get(word, word) for word in words if word not in _LITTLE]


def calls(word: str) -> tuple[str, str, str]:
    """What a place is called in full, without its unit, and without its block: 성수동1가, 성수동, 성수."""
    return word, _UNIT.sub("", word), _UNIT.sub("", _BLOCK.sub("", word))
