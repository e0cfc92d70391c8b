"""Who may do what by which request: state changes by POST with a token of ours only, and words stay words."""

import re
import secrets
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver

from diagnosis.models import Case, ConditionNote, Disease
from diagnosis.models.case import new_token
from tests.factories import answers, new_case

pytestmark = pytest.mark.usefixtures("room")
DUMMY = {"int": "1", "str": "x" * 32, "slug": "dog", "path": "x", "uuid": "0" * 32}
FREE = (
    "api/",
    "admin/",
    "healthz",
    "readyz",
    "metrics",
    "static",
)  # the API has no cookie rights; the admin is Django's
MARKUP = [
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "<svg/onload=alert(1)>", "';alert(1)//",
    "</textarea><script>alert(1)</script>", "{{7*7}}", "{% debug %}", "javascript:alert(1)",
    "<a href='data:text/html,x'>x",
    "\u202e<b>", "<IMG SRC=&#106;avascript:alert(1)>", "&lt;script&gt;", "‹script›", "\x00<script>",
]  # fmt: skip


def addresses(patterns: list[Any] | None = None, before: str = "") -> Iterator[str]:
    """Every address of ours, with something in place of its parameters."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern) and not route.startswith(FREE):
            yield "/" + re.sub(r"<(\w+):\w+>", lambda match: DUMMY[match[1]], route)


def test_there_are_addresses_to_try() -> None:
    assert len(list(addresses())) > 15


def test_a_post_without_our_token_is_refused_everywhere() -> None:
    strict = Client(enforce_csrf_checks=True)
    assert {path: strict.post(path).status_code for path in addresses()} == dict.fromkeys(addresses(), 403)


def test_a_post_from_another_site_is_refused_everywhere() -> None:
    strict = Client(enforce_csrf_checks=True, headers={"Origin": "https://evil.example"})
    strict.get("/en/")
    token = strict.cookies["csrf"].value
    refused = {path: strict.post(path, {"csrfmiddlewaretoken": token}).status_code for path in addresses()}
    assert refused == dict.fromkeys(addresses(), 403)


def test_a_get_changes_nothing(client: Client) -> None:
    for path in addresses():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(path)
        wrote = [query["sql"][:60] for query in queries if re.match(r"\s*(INSERT|UPDATE|DELETE)", query["sql"])]
        assert wrote == [], path


def test_a_trace_request_answers_nothing(client: Client) -> None:
    assert client.trace("/en/").status_code == 405


@pytest.mark.parametrize("text", MARKUP)
def test_markup_in_an_answer_never_becomes_part_of_a_page(client: Client, text: str) -> None:
    fields = {"species": text, "body_site": text, "age": text, "sex": text, "site": text, "once": text}
    pages = [client.post("/en/cases/", fields), client.post("/en/clinics/", {"place": text, "lat": text, "lon": text})]
    pages += [client.get("/en/clinics/", {"kind": text, "department": text, "urgency": text, "place": text})]
    for page in pages:
        assert page.status_code < 500
        assert "<" not in text or text not in page.text


@pytest.mark.parametrize("text", MARKUP)
def test_markup_in_an_editor_s_words_is_shown_as_words(client: Client, text: str) -> None:
    disease = Disease.objects.get(species__code="dog", code="cataract")
    ConditionNote.objects.filter(disease=disease).update(text=text.replace("\x00", ""))
    Disease.objects.filter(pk=disease.pk).update(name_en=text[:80].replace("\x00", ""))
    page = client.get("/en/diseases/dog/eye/cataract/")
    assert page.status_code == 200
    assert "<" not in text or text.replace("\x00", "") not in page.text


def test_a_million_tokens_never_repeat_and_carry_128_bits_or_more() -> None:
    sample = {new_token() for _ in range(100_000)}
    assert len(sample) == 100_000
    assert all(len(token) == 32 for token in sample)  # 24 bytes from `secrets`: 192 bits
    assert new_token.__module__ and secrets.token_urlsafe(24)


def test_guesses_get_the_same_answer_whether_or_not_the_case_exists(client: Client) -> None:
    strangers = new_case("somebody else")
    pages = {client.get(f"/en/cases/{token}/").content for token in (strangers.token, new_token(), new_token())}
    assert (
        len({re.sub(rb'name="csrfmiddlewaretoken" value="[^"]+"|/cases/[\w-]{32}', b"", page) for page in pages}) == 1
    )


def test_a_case_s_photo_is_data_and_nothing_else(client: Client, room: Any) -> None:
    client.post("/en/cases/", answers())
    photo = Case.objects.get().photos.get()
    response = client.get(photo.image_url)
    assert response.headers["Content-Type"] == "image/jpeg"
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response.headers["Cache-Control"] == "private, no-store"
    assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    files = [file for file in room.rglob("*") if file.is_file()]
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    assert {file.parent.stat().st_mode & 0o777 for file in files} == {0o700}
    assert not any("photo" in file.name for file in files)
