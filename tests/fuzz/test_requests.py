"""Whatever is sent to the forms and the API, the answer is a page or a sentence, never an error of ours."""

import random
from typing import Any

import hypothesis
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from tests.factories import drawn_photo, encoded

few = hypothesis.settings(
    max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None
)
WORDS = st.one_of(
    st.text(max_size=40),
    st.sampled_from(["dog", "cat", "human", "eye", "skin", "NaN", "1e999", "-181", "\x00", "١٢", "<b>"]),
)
FORMS = {
    "/en/cases/": ("species", "body_site", "age", "sex", "site", "consent", "once"),
    "/api/v1/cases/": ("species", "body_site", "age", "sex", "site", "consent"),
    "/en/clinics/": ("lat", "lon", "place", "kind", "department", "urgency", "radius", "page", "open_now"),
}
JPEG = encoded(drawn_photo())


@pytest.mark.parametrize("path", FORMS)
@given(data=st.data())
@few
def test_odd_answers_are_never_an_error_of_ours(client: Client, room: Any, path: str, data: st.DataObject) -> None:
    fields = data.draw(st.dictionaries(st.sampled_from(FORMS[path]), WORDS))
    for response in (client.post(path, fields), client.get(path, fields)):
        assert response.status_code < 500, (path, fields)


@given(seed=st.integers(0, 2**32))
@few
def test_a_damaged_photo_is_never_an_error_of_ours(client: Client, room: Any, seed: int) -> None:
    chance, damaged = random.Random(seed), bytearray(JPEG)
    for _ in range(chance.choice((1, 8, 64))):
        damaged[chance.randrange(len(damaged))] = chance.randrange(256)
    photo = SimpleUploadedFile("a.jpg", bytes(damaged[: chance.randrange(1, len(damaged) + 1)]))
    response = client.post("/en/cases/", {"species": "dog", "body_site": "eye", "photo": photo})
    assert response.status_code in {302, 422}
