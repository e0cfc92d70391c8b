"""A probability in words and in whole per cent: the borders, in both languages."""

import pytest
from django.urls import reverse
from django.utils.translation import override

from diagnosis.models import Disease
from diagnosis.templatetags.likelihood import disease_url, likelihood, percent
from tests.factories import new_case


@pytest.mark.parametrize(
    ("probability", "written"),
    [(1.0, ">\u00a099%"), (0.99, ">\u00a099%"), (0.9899, "99%"), (0.5, "50%"), (0.01, "1%"), (0.0099, "<\u00a01%")],
)
def test_the_number_is_never_nothing_and_never_all(probability: float, written: str) -> None:
    assert percent(probability) == written


@pytest.mark.parametrize(
    ("probability", "said"),
    [
        (0.8, "very likely"),
        (0.79, "likely"),
        (0.6, "likely"),
        (0.59, "possible"),
        (0.4, "possible"),
        (0, "less likely"),
    ],
)
def test_the_words_follow_the_number(probability: float, said: str) -> None:
    with override("en"):
        assert likelihood(probability) == said


@pytest.mark.usefixtures("room")
def test_a_kept_address_is_of_the_disease_and_the_readers_language() -> None:
    case, codes = new_case(), ("cataract", "conjunctivitis")
    diseases = [Disease.objects.get(species=case.species, code=code) for code in codes]
    for language in ("ko", "en", "ko"):
        with override(language):
            for disease in diseases:
                wanted = reverse("diagnosis:disease_detail", args=["dog", "eye", disease.code])
                assert disease_url(case, disease) == wanted
                assert wanted.startswith(f"/{language}/")
