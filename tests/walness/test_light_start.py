"""A worker starts fast and small: what few requests need is imported by the first of them."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
LATER = {  # what it costs, and who needs it
    "cv2": "16 MB: outlines of human skin",
    "googlemaps": "0.2 s: a clinic provider that needs a key",
    "holidays": "13 MB, 0.2 s: opening hours",
    "icalendar": "25 MB: reminders",
    "requests": "0.1 s: clinic providers",
    "torch": "300 MB: training",
    "weasyprint": "reports",
}
START = f"""
import sys
import walness.wsgi
from django.urls import get_resolver
get_resolver().url_patterns
print([name for name in {list(LATER)} if name in sys.modules])
"""


def test_a_worker_starts_without_what_few_requests_need(tmp_path: Path) -> None:
    told = os.environ | {"DEMO_HTTP": "1", "DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "walness.settings"}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", START], cwd=ROOT, env=told, capture_output=True, text=True
    )
    assert done.stdout == "[]\n", done.stderr
