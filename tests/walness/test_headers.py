"""Every response is dressed alike: pages, refusals, errors, static files and the admin."""

import json
import re
from pathlib import Path

import pytest
from django.http.response import HttpResponseBase
from django.test import Client

from walness.headers import HEADERS

pytestmark = pytest.mark.usefixtures("room")

ROOT = Path(__file__).resolve().parents[2]
NGINX = (ROOT / "docs" / "nginx.conf").read_text()
PATHS = ["/", "/en/", "/en/nothing/", "/nothing", "/healthz", "/api/v1/catalogue/", "/api/v1/docs", "/admin/login/"]


def assert_dressed(response: HttpResponseBase) -> None:
    headers = response.headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy and "*" not in policy and "http" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "geolocation=(self)" in headers["Permissions-Policy"]


@pytest.mark.parametrize("path", PATHS)
def test_a_page_is_dressed(client: Client, path: str) -> None:
    assert_dressed(client.get(path))


def test_a_static_file_is_dressed(client: Client) -> None:
    response = client.get("/static/admin/css/base.css")
    assert response.status_code == 200
    assert_dressed(response)
    response.close()


def test_refusals_are_dressed(client: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    refused = {
        400: client.get("/en/", headers={"Host": "elsewhere.example"}),
        403: strict.post("/en/cases/", {}),
        405: client.put("/en/"),
        413: client.post("/en/cases/", b"x", content_type="text/plain", CONTENT_LENGTH=str(10**9)),
        422: client.post("/en/cases/", {}),
    }
    for status, response in refused.items():
        assert response.status_code == status
        assert_dressed(response)


def test_an_error_of_ours_is_dressed_and_tells_nothing(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("diagnosis.views.coverage", lambda: 1 / 0)
    client.raise_request_exception = False
    response = client.get("/en/")
    assert response.status_code == 500
    assert_dressed(response)
    assert "ZeroDivision" not in response.text


def test_nginx_dresses_what_it_answers_itself() -> None:
    """Where the service said nothing, a map fills in the same words; always: on errors, too."""
    for name, value in (HEADERS | {"Content-Security-Policy": "default-src 'none'"}).items():
        variable = NGINX.partition(f"add_header {name} $")[2].partition(" always;")[0]
        assert variable.isalpha(), name
        filled = NGINX.partition(f"map $upstream_http_{name.lower().replace('-', '_')} ${variable} {{")[2].partition(
            "}"
        )[0]
        assert f'"" "{value}' in filled, name
    assert "add_header Strict-Transport-Security $transport always;" in NGINX


def test_nginx_lets_a_browser_ask_for_all_the_letters_of_a_page_at_once() -> None:
    """Over HTTP/2 it counts requests as it counts connections, and answers what is too much with 429."""
    pieces = sum(1 for _piece in (ROOT / "static" / "fonts").rglob("*.woff2"))
    assert int(NGINX.partition("limit_conn each ")[2].partition(";")[0]) > pieces > 0


@pytest.mark.parametrize("status", ["413", "429", "502"])
def test_nginx_tells_programs_in_json(status: str) -> None:
    api = NGINX.partition("location /api/ {")[2]
    place = re.search(rf"error_page [\d ]*{status}[\d ]* (@\w+);", api)
    assert place
    words = NGINX.partition(f"location {place[1]} {{")[2].partition("}';")[0]
    assert "default_type application/json;" in words and f"return {status} '" in words
    assert re.search("[가-힣]", json.loads(words.partition("'")[2] + "}")["detail"])


def test_nginx_listens_on_both_kinds_of_addresses() -> None:
    assert all(f"listen {address};" in NGINX for address in ("80", "[::]:80", "443 ssl http2", "[::]:443 ssl http2"))


@pytest.mark.parametrize("status", ["413", "429", "502"])
def test_nginx_refuses_in_both_languages(status: str) -> None:
    place = re.search(rf"error_page [\d ]*{status}[\d ]* (@\w+);", NGINX)
    assert place
    words = NGINX.partition(f"location {place[1]} {{")[2].partition("}")[0]
    assert f"return {status} " in words and re.search("[가-힣]", words) and "<p lang=en>" in words
