"""Requests no browser sends are answered with a 4xx, never with an error of ours."""

from unittest import mock

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.factories import answers

pytestmark = pytest.mark.usefixtures("room")
PATHS = ["/en/cases/", "/api/v1/cases/"]
BODIES = {
    "no boundary": (b"x", "multipart/form-data"),
    "a wrong boundary": (b"x", "multipart/form-data; boundary=\xff"),
    "cut off": (b'--b\r\nContent-Disposition: form-data; name="photo"; filename="a', "multipart/form-data; boundary=b"),
    "bad base64": (
        b'--b\r\nContent-Disposition: form-data; name="photo"; filename="a.jpg"\r\n'
        b"Content-Transfer-Encoding: base64\r\n\r\n!!!\r\n--b--\r\n",
        "multipart/form-data; boundary=b",
    ),
    "json": (b"{", "application/json"),
    "nothing": (b"", "text/plain"),
}


def test_a_browser_that_keeps_no_cookie_is_told_so_and_an_old_page_that_it_is_old() -> None:
    strict = Client(enforce_csrf_checks=True)
    assert "Please allow cookies here" in strict.post("/en/cases/").text
    strict.get("/en/")
    assert "This page was open too long" in strict.post("/en/cases/").text


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("name", BODIES)
def test_a_malformed_body_is_a_4xx(client: Client, path: str, name: str) -> None:
    body, content_type = BODIES[name]
    assert 400 <= client.post(path, body, content_type=content_type).status_code < 500


@pytest.mark.parametrize("path", PATHS)
def test_hundreds_of_fields_or_files_are_a_4xx(client: Client, path: str) -> None:
    files = [SimpleUploadedFile("a.jpg", b"x") for _ in range(200)]
    assert 400 <= client.post(path, answers(photo=files)).status_code < 500
    assert 400 <= client.post(path, {f"field{number}": "x" for number in range(2000)}).status_code < 500


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("value", ["\x00", "'; DROP TABLE x; --", "{{7*7}}", "../../etc/passwd", "９", "x" * 10_000])
def test_odd_answers_are_a_422(client: Client, path: str, value: str) -> None:
    for field in ("species", "body_site", "sex", "site", "age"):
        response = client.post(path, answers(**{field: value}))
        assert response.status_code == 422 or (field, value) == ("age", "９"), field  # a full-width nine is a nine


@pytest.mark.parametrize("name", ["../../x.jpg", "x\x00.jpg", "<img src=x>.jpg", "CON", ".htaccess", "a" * 5000])
def test_a_file_s_name_is_never_shown_or_used(client: Client, name: str) -> None:
    response = client.post("/en/cases/", answers(photo=SimpleUploadedFile(name, b"text")))
    assert 400 <= response.status_code < 500
    assert "<img src=x>" not in response.text and "htaccess" not in response.text


@pytest.mark.parametrize("token", ["x", "x" * 5000, "%00", "..%2f..", "'", "é" * 32])
def test_an_odd_token_is_a_404(client: Client, token: str) -> None:
    for path in (f"/en/cases/{token}/", f"/en/cases/{token}/photos/1.jpg", f"/api/v1/cases/{token}/"):
        assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/nothing", 404), ("GET", "/api/v1/cases/x/", 404), ("GET", "/api/v1/cases/", 405),
        ("PUT", "/api/v1/catalogue/", 405), ("POST", "/api/v1/cases/", 400),
    ],
)  # fmt: skip
@pytest.mark.parametrize(("language", "word"), [("en", "e"), ("ko", "요.")])
def test_a_program_is_refused_in_json_and_in_its_language(
    client: Client, method: str, path: str, status: int, language: str, word: str
) -> None:
    about = {"Accept-Language": language}
    answer = client.generic(method, path, b"x", content_type="multipart/form-data", headers=about)
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/json")
    assert word in answer.json()["detail"] and " " in answer.json()["detail"]
    assert status != 405 or answer.headers["Allow"]


def test_an_address_that_only_takes_a_form_says_so(client: Client) -> None:
    page = client.get("/en/account/claim/")
    assert (page.status_code, page.headers["Allow"]) == (405, "POST")
    assert "only takes a form" in page.text


def test_an_error_of_ours_is_json_to_a_program(client: Client) -> None:
    client.raise_request_exception = False
    with mock.patch("diagnosis.api.coverage", side_effect=ZeroDivisionError):
        answer = client.get("/api/v1/catalogue/")
    assert answer.status_code == 500 and answer.json()["detail"]
