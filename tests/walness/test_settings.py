"""What production switches on, checked in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections
from django.db.backends.sqlite3.base import DatabaseWrapper

ROOT = Path(__file__).resolve().parents[2]
KEY = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOP"


def in_production(code: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if name not in {"DEMO_HTTP", "DEBUG", "SECRET_KEY"}}
    clean |= {"DJANGO_SETTINGS_MODULE": "walness.settings", "DATA_DIR": str(folder), **environment}
    run = [sys.executable, "-c", code]
    return subprocess.run(run, cwd=ROOT, env=clean, capture_output=True, text=True, check=False)


def test_production_does_not_start_without_a_key(tmp_path: Path) -> None:
    result = in_production("import walness.settings", tmp_path)
    assert result.returncode != 0
    assert "SECRET_KEY needs 50 or more random characters" in result.stderr


def test_production_uses_cookies_that_belong_to_one_host_over_tls(tmp_path: Path) -> None:
    code = (
        "from walness import settings as s\n"
        "assert s.SESSION_COOKIE_NAME == '__Host-session' and s.CSRF_COOKIE_NAME == '__Host-csrf'\n"
        "assert s.SESSION_COOKIE_SECURE and s.CSRF_COOKIE_SECURE and s.SECURE_SSL_REDIRECT\n"
        "assert s.SECURE_HSTS_SECONDS == 31536000 and s.SECURE_HSTS_INCLUDE_SUBDOMAINS\n"
        "assert s.DEBUG is False and s.ALLOWED_HOSTS == ['walness.example']\n"
    )
    result = in_production(code, tmp_path, SECRET_KEY=KEY, ALLOWED_HOSTS="walness.example")
    assert result.returncode == 0, result.stderr


def test_uploads_never_touch_the_disk_before_they_are_read() -> None:
    assert settings.FILE_UPLOAD_HANDLERS == ["walness.uploads.InPieces"]
    assert settings.FILE_UPLOAD_MAX_MEMORY_SIZE == settings.BODY_BYTES


def test_debug_pages_are_off_unless_asked_for() -> None:
    assert settings.DEBUG is False


@pytest.mark.django_db
def test_the_database_and_its_journal_are_the_service_s_alone_in_a_folder_that_others_may_read(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    before = os.umask(0o022)
    database = DatabaseWrapper(connections["default"].settings_dict | {"NAME": tmp_path / "walness.sqlite3"})
    try:
        with database.cursor() as cursor:
            cursor.execute("CREATE TABLE cases (id)")
            modes = {file.name: file.stat().st_mode & 0o777 for file in tmp_path.iterdir()}
    finally:
        database.close()
        os.umask(before)
    assert modes == {f"walness.sqlite3{tail}": 0o600 for tail in ("", "-wal", "-shm")}
