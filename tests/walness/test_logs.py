"""Logs and figures help us without telling on anybody."""

import json
import logging
import re

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from diagnosis.models.case import new_token
from tests.factories import answers
from walness.logs import JsonLine

pytestmark = pytest.mark.usefixtures("room")


def line(message: str, *arguments: object) -> dict[str, str]:
    record = logging.LogRecord("walness", logging.INFO, "", 0, message, arguments, None)
    text = JsonLine().format(record)
    assert "\n" not in text
    read: dict[str, str] = json.loads(text)
    return read


def test_a_line_break_cannot_forge_a_second_line() -> None:
    assert line("Not Found: %s", "/x\r\n{}")["says"] == "Not Found: /x\r\n{}"


def test_a_case_s_token_never_reaches_a_log() -> None:
    token = "AbC-_45678901234567890123456789x"
    assert line("Not Found: /ko/cases/%s/photos/1.jpg", token)["says"] == "Not Found: /ko/cases/…/photos/1.jpg"


def with_token() -> list[str]:
    """The beginning of every route that names something by its token."""
    found: list[str] = []

    def walk(patterns: list[URLPattern | URLResolver], before: str) -> None:
        for one in patterns:
            route = before + str(one.pattern)
            if isinstance(one, URLResolver):
                walk(one.url_patterns, route)
            elif "token>" in route:
                found.append(route)

    walk(get_resolver().url_patterns, "/")
    return found


@pytest.mark.parametrize("route", with_token())
def test_no_token_of_any_route_reaches_a_log(route: str) -> None:
    token = new_token()
    path = re.sub(r"<(\w+:)?token>", token, route)
    assert token in path and token not in line("Method Not Allowed (%s): %s", "PUT", path)["says"]


def test_there_are_routes_with_tokens_to_mask() -> None:
    assert any("shared/" in route for route in with_token()) and any("api/" in route for route in with_token())


def test_a_trace_is_in_the_same_line() -> None:
    try:
        raise ValueError("/ko/cases/AbC-_45678901234567890123456789x/")
    except ValueError as error:
        record = logging.LogRecord("x", logging.ERROR, "", 0, "m", (), (ValueError, error, error.__traceback__))
    text = JsonLine().format(record)
    assert "ValueError" in text and "AbC" not in text and "\n" not in text


def test_a_request_is_logged_by_its_route(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "walness.request")
    url = client.post("/en/cases/", answers()).headers["Location"]
    client.get(url)
    said = [record.getMessage() for record in caplog.records if record.name == "walness.request"]
    assert said[0].startswith("POST en/cases/ 302 ") and said[1].startswith("GET en/cases/<str:token>/ 200 ")


def test_the_figures_count_requests_by_route(client: Client) -> None:
    client.get("/healthz")
    client.post("/en/cases/", answers())
    page = client.get("/metrics")
    assert page.headers["Content-Type"].startswith("text/plain")
    assert 'walness_requests_total{method="GET",route="healthz",status="200"}' in page.text
    assert 'walness_cases_total{task="dog_eye",outcome="judged"}' in page.text
