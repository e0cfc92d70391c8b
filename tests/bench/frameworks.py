"""The same work behind serving frameworks, where they are installed: in FRAMEWORKS_PYTHON's environment or in ours."""

import http.client
import os
import subprocess
import sys
import time
from contextlib import suppress
from typing import Any

from tests.bench.clients import FIELDS
from tests.bench.service import ROOT, START_S, family, free_port, spent
from tests.load.forms import multipart

PHOTOS = 10
PYTHON = os.environ.get("FRAMEWORKS_PYTHON", sys.executable)
SERVERS = {  # name: what it is imported as, our server, and whether a photo comes in a form
    "LitServe": ("litserve", "tests.bench.litserver", True),
    "Ray Serve": ("ray.serve", "tests.bench.rayserver", False),
}
Row = dict[str, Any]


def compared(photo: bytes) -> list[Row]:
    """Of each framework, CPU and wall milliseconds of one photo, or why there are none."""
    return [_row(name, photo, *about) for name, about in SERVERS.items()]


def _row(name: str, photo: bytes, package: str, server: str, in_form: bool) -> Row:
    if subprocess.run([PYTHON, "-c", f"import {package}"], capture_output=True, check=False).returncode:
        return {"framework": name, "cpu_ms": None, "wall_ms": None, "note": "not installed"}
    body, kind = multipart(FIELDS, photo) if in_form else (photo, "image/jpeg")
    try:
        return {"framework": name, **_measured(server, body, kind), "note": ""}
    except TimeoutError as error:
        return {"framework": name, "cpu_ms": None, "wall_ms": None, "note": str(error)}


def _measured(server: str, body: bytes, kind: str) -> Row:
    port = free_port()
    process = subprocess.Popen(
        [PYTHON, "-m", server, str(port)], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    try:
        _until_it_answers(port, body, kind)
        before, walls = _spent(process.pid), [_send(port, body, kind) for _ in range(PHOTOS)]
        cpu = (_spent(process.pid) - before) / PHOTOS * 1000
        return {"cpu_ms": round(cpu, 1), "wall_ms": round(sorted(walls)[PHOTOS // 2], 1)}
    finally:
        everybody = family(process.pid)
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(10)
        for pid in everybody:  # what a framework leaves behind
            with suppress(ProcessLookupError):
                os.kill(pid, 9)
        process.wait(10)


def _spent(pid: int) -> float:
    return sum(map(spent, family(pid)))


def _until_it_answers(port: int, body: bytes, kind: str) -> None:
    start = time.perf_counter()
    while time.perf_counter() - start < START_S / 3:
        with suppress(OSError, AssertionError, http.client.HTTPException):
            _send(port, body, kind)
            return
        time.sleep(0.5)
    raise TimeoutError("it did not answer in time")


def _send(port: int, body: bytes, kind: str) -> float:
    start = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("POST", "/predict", body, {"Content-Type": kind})
    response = connection.getresponse()
    assert response.status == 200, response.read()
    response.read()
    connection.close()
    return (time.perf_counter() - start) * 1000
