"""Somebody who only reads while others send photos: a page's turn must not wait for a diagnosis."""

import http.client
import json
import re
import statistics
import time
from collections.abc import Iterator

from tests.load.drawn import phone_photo
from tests.load.forms import FIELDS, ask, multipart, send

LIMIT = 0.3  # seconds, the slowest 1 % of each kind of page
PAUSE = 0.1  # seconds between two pages


class Reader:
    """Opens a static file, an own result and a search for clinics in turn, and remembers how long each took."""

    def __init__(self, port: int) -> None:
        self.port, self.waits, self.errors = port, dict[str, list[float]](), 0
        self.cookie, self.pages = _own_case(port)

    def read_until(self, end: float) -> None:
        while time.monotonic() < end:
            for kind, path in self.pages.items():
                started = time.monotonic()
                self.errors += _status(self.port, path, self.cookie) != 200
                self.waits.setdefault(kind, []).append(time.monotonic() - started)
                time.sleep(PAUSE)

    def slow(self) -> list[str]:
        """The kinds of page that were too slow."""
        return [kind for kind, waits in self.waits.items() if p99(waits) >= LIMIT]

    def lines(self) -> Iterator[str]:
        for kind, waits in self.waits.items():
            middle = statistics.median(waits)
            yield f"{kind:8} {len(waits)} read meanwhile: p50 {middle * 1000:.0f} ms, p99 {p99(waits) * 1000:.0f} ms"


def p99(waits: list[float]) -> float:
    """What 99 in a hundred stay below."""
    return statistics.quantiles(waits, n=100)[98] if len(waits) > 1 else float("inf")


def _own_case(port: int) -> tuple[str, dict[str, str]]:
    """A visitor's cookie, and the pages to read."""
    body, kind = multipart(FIELDS, phone_photo(1600, 1200))
    answer, text = send(port, body, kind)
    cookie = (answer.getheader("Set-Cookie") or "").partition(";")[0]
    home = ask(port, "GET", "/en/")[1].decode()
    style = re.search(r'href="(/static/[^"]+\.css)"', home)
    assert answer.status == 201 and style
    return cookie, {
        "static": style[1],
        "result": f"/en/cases/{json.loads(text)['token']}/",
        "clinics": "/en/clinics/?kind=vet&q=%EB%A7%88%ED%8F%AC%EA%B5%AC",
    }


def _status(port: int, path: str, cookie: str) -> int:
    try:
        return ask(port, "GET", path, headers={"Cookie": cookie})[0].status
    except (OSError, http.client.HTTPException):
        return 0
