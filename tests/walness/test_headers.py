"""Every response is dressed alike: pages, refusals, errors, static files and the admin."""

from pathlib import Path

import pytest
from django.http.response import HttpResponseBase
from django.test import Client

from walness.headers import HEADERS

pytestmark = pytest.mark.usefixtures("room")

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
    nginx = (Path(__file__).resolve().parents[2] / "docs" / "nginx.conf").read_text()
    for name, value in (HEADERS | {"Content-Security-Policy": "default-src 'none'"}).items():
        variable = nginx.partition(f"add_header {name} $")[2].partition(" always;")[0]
        assert variable.isalpha(), name
        filled = nginx.partition(f"map $upstream_http_{name.lower().replace('-', '_')} ${variable} {{")[2].partition(
            "}"
        )[0]
        assert f'"" "{value}' in filled, name
    assert "add_header Strict-Transport-Security $transport always;" in nginx
