"""Korean telephone numbers as people write them, made dialable from anywhere in the country."""

import re

AREA_CODES = {
    "서울": "02", "부산": "051", "대구": "053", "인천": "032", "광주": "062", "대전": "042", "울산": "052",
    "세종": "044", "경기": "031", "강원": "033", "충북": "043", "충청북": "043", "충남": "041", "충청남": "041",
    "전북": "063", "전라북": "063", "전남": "061", "전라남": "061", "경북": "054", "경상북": "054",
    "경남": "055", "경상남": "055", "제주": "064",
}  # fmt: skip
_NATIONWIDE = re.compile(r"1[568]\d{6}")  # 1588-0000 and its like are dialled without an area code
_AREA = re.compile(r"(02|0\d{2})(\d{3,4})(\d{4})")


def tidy_phone(text: str, *, address: str = "") -> str:
    """Digits in groups, with the area code of the address where it was left out; "" when it cannot be a number."""
    digits = re.sub(r"\D", "", text)
    bare = digits.removeprefix("02")
    if _NATIONWIDE.fullmatch(bare):
        return f"{bare[:4]}-{bare[4:]}"
    if len(digits) in (7, 8) and not digits.startswith("0"):
        digits = _area_code(address) + digits
    match = _AREA.fullmatch(digits)
    return "-".join(match.groups()) if match else ""


def _area_code(address: str) -> str:
    return next((code for name, code in AREA_CODES.items() if address.startswith(name)), "")
