"""Visitors who send a photo, wait for the answer, and send the next."""

import http.client
import threading
import time
from dataclasses import dataclass, field

from tests.load.forms import multipart

FIELDS = {"species": "dog", "body_site": "skin"}


@dataclass
class Tally:
    """What one crowd met."""

    answered: list[float] = field(default_factory=list)  # ms from the first byte sent to the last received
    refused: int = 0  # 503: come again
    failed: int = 0
    seconds: float = 0.0


class Visitor:
    """One browser: a connection and its cookies."""

    def __init__(self, port: int) -> None:
        self.http = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self.token = self._cookie("/ko/", "csrf")

    def send(self, photo: bytes) -> tuple[int, float]:
        """Post one case; the status and the milliseconds."""
        body, kind = multipart(FIELDS, photo)
        head = {"Content-Type": kind, "Cookie": f"csrf={self.token}", "X-CSRFToken": self.token}
        start = time.perf_counter()
        self.http.request("POST", "/ko/cases/", body, head)
        response = self.http.getresponse()
        response.read()
        return response.status, (time.perf_counter() - start) * 1000

    def _cookie(self, path: str, name: str) -> str:
        self.http.request("GET", path)
        response = self.http.getresponse()
        response.read()
        cookies = response.headers.get_all("Set-Cookie", [])
        return next(one.split("=", 1)[1].split(";")[0] for one in cookies if one.startswith(f"{name}="))


def crowd(port: int, photo: bytes, *, clients: int, each: int) -> Tally:
    """So many visitors at once, each sending ``each`` photos one after another."""
    tally, lock = Tally(), threading.Lock()

    def visit() -> None:
        visitor = Visitor(port)
        for _ in range(each):
            status, milliseconds = visitor.send(photo)
            with lock:
                _count(tally, status, milliseconds)

    threads = [threading.Thread(target=visit) for _ in range(clients)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    tally.seconds = time.perf_counter() - start
    return tally


def _count(tally: Tally, status: int, milliseconds: float) -> None:
    if status == 302:
        tally.answered.append(milliseconds)
    elif status == 503:
        tally.refused += 1
    else:
        tally.failed += 1
