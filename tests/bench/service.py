"""The real service in a folder of its own: gunicorn as in production, and who its processes are."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.bench.timing import peak_mb, resident_mb

ROOT = Path(__file__).parents[2]
TICKS = os.sysconf("SC_CLK_TCK")
START_S = 240  # after that it will not start any more; on a busy machine it takes a minute


def environment(data: Path) -> dict[str, str]:
    """What the service is told: its own folder, plain http, no log of every request."""
    return {
        "DEMO_HTTP": "1",
        "DATA_DIR": str(data),
        "STATIC_STORAGE": "django.contrib.staticfiles.storage.StaticFilesStorage",
        "DJANGO_SETTINGS_MODULE": "walness.settings",
        "LOG_LEVEL": "ERROR",
    }


class Service:
    """A running gunicorn, its workers and their decoders."""

    def __init__(self, data: Path, **options: str) -> None:
        self.port = free_port()
        settings = os.environ | environment(data) | {"PORT": str(self.port)} | options
        command = [sys.executable, "-m", "gunicorn", "-c", "python:walness.serving", "walness.wsgi:application"]
        self.started = time.perf_counter()
        self.process = subprocess.Popen(command, cwd=ROOT, env=settings)

    def wait(self, path: str) -> float:
        """Ask for a page until it is there; seconds since the start."""
        while time.perf_counter() - self.started < START_S:
            with suppress(OSError):
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=30).read()
                return time.perf_counter() - self.started
            time.sleep(0.05)
        raise TimeoutError(f"{path} is not there after {START_S} seconds")

    def age(self) -> float:
        """Seconds since it was started."""
        return time.perf_counter() - self.started

    def workers(self) -> list[int]:
        """Processes that answer requests."""
        return _children(self.process.pid)

    def everybody(self) -> list[int]:
        """Workers and the processes that decode for them."""
        return family(self.process.pid)[1:]

    def cpu_seconds(self) -> float:
        """Time that all of them have computed so far."""
        return sum(map(spent, self.everybody()))

    def resident(self) -> dict[int, float]:
        """MB of each."""
        return {pid: resident_mb(pid) for pid in self.everybody()}

    def peaks(self) -> dict[int, float]:
        """The most MB each ever had."""
        return {pid: peak_mb(pid) for pid in self.everybody()}


@contextmanager
def running(data: Path, **options: str) -> Iterator[Service]:
    """A service that answers, with every model loaded; stopped at the end."""
    service = Service(data, **options)
    try:
        service.wait("/readyz")
        yield service
    finally:
        service.process.terminate()
        service.process.wait(30)


def family(pid: int) -> list[int]:
    """A process and all below it."""
    return [pid, *(below for child in _children(pid) for below in family(child))]


def spent(pid: int) -> float:
    """Seconds that a process and its ended children have computed, for themselves and in the system."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return sum(map(int, fields[11:15])) / TICKS


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for file in listed for child in file.read_text().split()]
