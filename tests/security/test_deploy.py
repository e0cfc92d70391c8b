"""Production passes Django's own deployment check without a remark."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRODUCTION = {
    "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOP",  # pragma: allowlist secret
    "ALLOWED_HOSTS": "walness.example",
    "BEHIND_PROXY": "1",
}


def checked(folder: Path, **changes: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if name not in {"DEMO_HTTP", "DEBUG", "STATIC_STORAGE"}}
    clean |= PRODUCTION | {"DJANGO_SETTINGS_MODULE": "walness.settings", "DATA_DIR": str(folder)} | changes
    run = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "INFO"]
    return subprocess.run(run, cwd=ROOT, env=clean, capture_output=True, text=True, check=False)


def test_the_deployment_check_has_nothing_to_say(tmp_path: Path) -> None:
    result = checked(tmp_path)
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_check_would_notice_a_debugging_server(tmp_path: Path) -> None:
    assert "security.W018" in checked(tmp_path, DEBUG="1").stderr
