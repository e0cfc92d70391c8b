"""nginx and gunicorn as in production, on free ports of this machine, with data in a folder that goes away."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NGINX = shutil.which("nginx") or "/usr/sbin/nginx"
PATIENCE = 120  # seconds until the models are loaded


@dataclass
class Stack:
    """A running service: where to ask it, where its data is, and its processes."""

    folder: Path
    port: int  # of nginx, or of gunicorn where there is no nginx
    gunicorn: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def workers(self) -> list[int]:
        """The process ids of gunicorn's workers."""
        return children(self.gunicorn.pid)


@contextmanager
def stack(folder: Path, *, workers: int = 2, nginx: bool = True, **environment: str) -> Iterator[Stack]:
    """Prepare the data once, start, wait until ready, and stop everything in the end."""
    settings = environment_of(folder) | environment
    prepare(folder, settings)
    inner = free_port()
    server = serve(folder, inner, settings, workers=workers)
    front = _nginx(folder, inner) if nginx else None
    running = Stack(folder, front[1] if front else inner, server)
    try:
        wait_until_ready(f"http://127.0.0.1:{inner}")
        yield running
    finally:
        for process in filter(None, (running.gunicorn, front[0] if front else None)):  # it may be another by now
            stop(process)


def environment_of(folder: Path) -> dict[str, str]:
    """The demo profile: nginx speaks plain http to the test; everything else is as in production."""
    clean = {name: value for name, value in os.environ.items() if name != "DATA_DIR"}
    ours = {"DEMO_HTTP": "1", "PROXIES": "1", "DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "walness.settings"}
    quick = {"STATIC_STORAGE": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}  # nothing compressed
    return clean | ours | quick | {"OMP_NUM_THREADS": "1", "PYTHONWARNINGS": "ignore"}


def prepare(folder: Path, settings: dict[str, str]) -> None:
    """Tables, catalogue, clinics and static files; a second start finds them."""
    if (folder / "walness.sqlite3").exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    for command in (["migrate"], ["load_catalogue"], ["import_clinics"], ["collectstatic", "--noinput"]):
        manage(settings, *command)


def manage(settings: dict[str, str], *command: str) -> str:
    run = [sys.executable, "manage.py", *command]
    return subprocess.run(run, cwd=ROOT, env=settings, capture_output=True, text=True, check=True).stdout


def serve(folder: Path, port: int, settings: dict[str, str], *, workers: int = 2) -> subprocess.Popen[bytes]:
    """Start gunicorn as the Dockerfile does; its log goes into the folder."""
    run = [sys.executable, "-m", "gunicorn", "-c", "python:walness.serving", "walness.wsgi:application"]
    settings = settings | {"PORT": str(port), "WEB_CONCURRENCY": str(workers)}
    with (folder / "gunicorn.log").open("ab") as log:
        return subprocess.Popen(run, cwd=ROOT, env=settings, stdout=log, stderr=log, start_new_session=True)


def _nginx(folder: Path, inner: int) -> tuple[subprocess.Popen[bytes], int]:
    """nginx with the configuration that is documented, on other ports and without TLS."""
    port = free_port()
    folder.chmod(0o711)  # its workers are another user, and what they buffer is in there
    text = (ROOT / "docs" / "nginx.conf").read_text()
    text = re.sub(r"    server \{\n        listen 80;.*?\n    \}\n", "", text, flags=re.S)
    text = re.sub(r"\n +(ssl_|limit_req )[^;]*;", "", text)
    for old, new in (
        ("listen 443 ssl http2", f"listen 127.0.0.1:{port}"),
        ("listen [::]:443 ssl http2;", ""),
        ("server 127.0.0.1:8000", f"server 127.0.0.1:{inner}"),
        ("include mime.types", "include /etc/nginx/mime.types"),
        ("limit_conn each 100", "limit_conn each 2000"),  # here one address plays everybody
        ("/dev/shm/walness-", f"{folder}/nginx-"),
        ("/var/log/nginx/error.log", f"{folder}/nginx.log"),
        ("worker_processes auto;", "worker_processes 1;"),
    ):
        assert old in text, old
        text = text.replace(old, new)
    (folder / "nginx.conf").write_text(text)
    run = [NGINX, "-c", str(folder / "nginx.conf"), "-p", str(folder), "-g", f"daemon off; pid {folder}/nginx.pid;"]
    return subprocess.Popen(run, start_new_session=True), port


def wait_until_ready(url: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{url}/readyz", timeout=30):
                return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError(f"{url} is not ready")


def stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def children(parent: int) -> list[int]:
    return [int(text) for text in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
