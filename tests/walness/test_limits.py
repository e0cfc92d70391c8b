"""A body that is too large is turned away unread."""

from io import BytesIO

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from diagnosis.models import Case
from walness.limits import BodyLimitMiddleware

pytestmark = pytest.mark.usefixtures("room")
LARGE = str(47 * 1024 * 1024)


def test_a_body_of_47_megabytes_is_a_413_with_a_sentence(client: Client) -> None:
    response = client.post("/en/cases/", b"x", content_type="text/plain", CONTENT_LENGTH=LARGE)
    assert response.status_code == 413
    assert "too large together" in response.text
    assert not Case.objects.exists()


def test_a_program_gets_the_413_as_json(client: Client) -> None:
    response = client.post("/api/v1/cases/", b"x", content_type="text/plain", CONTENT_LENGTH=LARGE)
    assert response.status_code == 413
    assert set(response.json()) == {"detail"}


def test_a_photo_of_16_megabytes_is_a_422_with_a_sentence(client: Client) -> None:
    from tests.factories import answers

    response = client.post("/en/cases/", answers(b"\xff\xd8\xff" + bytes(16 * 1024 * 1024)))
    assert response.status_code == 422
    assert "larger than 15 MB" in response.text


def test_a_length_that_is_no_number_is_not_an_error_of_ours(client: Client) -> None:
    response = client.post("/en/cases/", b"x", content_type="text/plain", CONTENT_LENGTH="many")
    assert response.status_code in {400, 422}


def test_what_a_refusal_left_unread_is_taken_all_the_same() -> None:
    """A connection that closes on unread bytes is reset, and nginx makes a 502 of the refusal."""
    body = BytesIO(bytes(3 * 1024 * 1024))
    request = WSGIRequest(environment(body))
    assert BodyLimitMiddleware(lambda _request: HttpResponse(status=503))(request).status_code == 503
    assert body.read() == b""


def environment(body: BytesIO) -> dict[str, object]:
    """A POST as gunicorn hands it on."""
    request = RequestFactory().post("/", CONTENT_LENGTH=str(len(body.getvalue())))
    return request.environ | {"wsgi.input": body}
