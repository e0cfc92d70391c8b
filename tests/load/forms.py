"""The form with a photo, as programs send it, and the asking itself."""

import http.client
import secrets

FIELDS = {"species": "dog", "body_site": "eye"}


def multipart(fields: dict[str, str], photo: bytes) -> tuple[bytes, str]:
    """A form with one photo, and its content type."""
    mark = secrets.token_hex(16)
    head = "".join(f'--{mark}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in fields.items())
    head += f'--{mark}\r\nContent-Disposition: form-data; name="photo"; filename="a.jpg"\r\n\r\n'
    return head.encode() + photo + f"\r\n--{mark}--\r\n".encode(), f"multipart/form-data; boundary={mark}"


def ask(
    port: int, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
) -> tuple[http.client.HTTPResponse, bytes]:
    """One request on a connection of its own: the answer, read to its end, and its text."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request(method, path, body, headers or {})
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    return answer, text


def send(port: int, body: bytes, kind: str) -> tuple[http.client.HTTPResponse, bytes]:
    """Ask for a case of a form and its content type, as ``multipart`` makes them."""
    return ask(port, "POST", "/api/v1/cases/", body, {"Content-Type": kind})
