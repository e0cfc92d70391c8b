"""Public holidays in Korea, lunar ones and substitute days included: on them opening hours are only a guess."""

from datetime import date
from functools import lru_cache

from django.utils.translation import get_language

LANGUAGES = {"ko": "ko", "en": "en_US"}  # as the library calls them


def holiday_on(day: date) -> str:
    """Its name in the visitor's language; "" on an ordinary day."""
    return _holidays(day.year, LANGUAGES[get_language() or "ko"]).get(day, "")


@lru_cache(maxsize=4)
def _holidays(year: int, language: str) -> dict[date, str]:
    import holidays  # here: 13 MB and 0.2 s that only the list of clinics needs

    days = holidays.country_holidays("KR", years=year, language=language)
    return {day: name.replace("; ", ", ") for day, name in days.items()}
