"""The same work behind a serving framework, where one is installed: pip install litserve."""

import http.client
import subprocess
import sys
import time
from contextlib import suppress
from importlib.util import find_spec

from tests.bench.clients import BOUNDARY, form
from tests.bench.service import ROOT, START_S, family, free_port, spent

PHOTOS = 10
RAY = "Ray Serve was not measured: it brings some 70 MB of wheel and several daemons for one model."


def compared(photo: bytes) -> str:
    """A sentence about LitServe and Ray Serve."""
    if find_spec("litserve") is None:
        return f"LitServe was not installed (`pip install litserve` before `make bench`). {RAY}"
    try:
        return f"LitServe around the same diagnosis, without files and database: {_litserve(photo):.0f} CPU ms. {RAY}"
    except TimeoutError:
        return f"LitServe is installed and did not answer within {START_S} seconds. {RAY}"


def _litserve(photo: bytes) -> float:
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "tests.bench.litserver", str(port)], cwd=ROOT)
    try:
        _until_it_answers(port, photo)
        before = sum(map(spent, family(process.pid)))
        for _ in range(PHOTOS):
            _send(port, photo)
        return (sum(map(spent, family(process.pid))) - before) / PHOTOS * 1000
    finally:
        for pid in reversed(family(process.pid)):
            with suppress(ProcessLookupError):
                subprocess.run(["kill", str(pid)], check=False)
        process.wait(30)


def _until_it_answers(port: int, photo: bytes) -> None:
    start = time.perf_counter()
    while time.perf_counter() - start < START_S:
        with suppress(OSError, AssertionError):
            return _send(port, photo)
        time.sleep(0.2)
    raise TimeoutError("LitServe does not answer")


def _send(port: int, photo: bytes) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    head = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    connection.request("POST", "/predict", form(photo), head)
    response = connection.getresponse()
    assert response.status == 200, response.read()
    response.read()
    connection.close()
