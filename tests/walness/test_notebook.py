"""A notebook on the same computer may frame the demo, when asked for; nobody else may frame anything."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ASK = """
import json, django
django.setup()
from django.test import Client
response = Client().get("/healthz", headers={"Host": "localhost"})
print(json.dumps([response.headers["Content-Security-Policy"], response.headers.get("X-Frame-Options")]))
"""


def frame_headers(folder: Path, **environment: str) -> tuple[str, str | None]:
    """The sources that may frame the service, and X-Frame-Options, of a process with this environment."""
    inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    inherited |= {"DJANGO_SETTINGS_MODULE": "walness.settings", "DATA_DIR": str(folder), "LOG_LEVEL": "ERROR"}
    run = [sys.executable, "-c", ASK]
    done = subprocess.run(run, cwd=ROOT, env=inherited | environment, capture_output=True, text=True, check=True)
    policy, options = json.loads(done.stdout.splitlines()[-1])
    return next(part for part in policy.split("; ") if part.startswith("frame-ancestors")), options


def test_the_demo_opens_to_notebooks_of_this_computer_only_when_asked(tmp_path: Path) -> None:
    assert frame_headers(tmp_path, DEMO_HTTP="1") == ("frame-ancestors 'none'", "DENY")
    policy, options = frame_headers(tmp_path, DEMO_HTTP="1", NOTEBOOK="1")
    assert policy == "frame-ancestors http://127.0.0.1:* http://localhost:*" and options is None


@pytest.mark.parametrize("value", ["1", "0"])
def test_production_is_never_framed(tmp_path: Path, value: str) -> None:
    secret = "k" * 20 + "abcdefghijklmnopqrstuvwxyz0123456789"
    kept = frame_headers(tmp_path, NOTEBOOK=value, SECRET_KEY=secret, ALLOWED_HOSTS="localhost")
    assert kept == ("frame-ancestors 'none'", "DENY")
