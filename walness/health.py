"""Two questions of a supervisor: is the process alive, and can it do its work?"""

import os
import shutil
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from diagnosis.checks import speechless_labels
from diagnosis.engine import broken_models

MIB = 1024 * 1024
FREE = 64 * MIB  # bytes: room for some hundred cases until somebody looks


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 as long as the process answers at all."""
    return JsonResponse({"status": "alive"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when database, catalogue and every released model can do their work; else 503 and what is missing."""
    problems = _catalogue() + _places() + broken_models()
    status = "not ready" if problems else "ready"
    return JsonResponse({"status": status, "problems": problems}, status=503 if problems else 200)


def _places() -> list[str]:
    """What cannot be written to; a photo that cannot be kept need not be looked at."""
    folders = {
        "the photos": Path(settings.MEDIA_ROOT),
        "the database": Path(str(settings.DATABASES["default"]["NAME"])).parent,
    }
    problems = [f"The folder of {name} cannot be written." for name, folder in folders.items() if not _writable(folder)]
    free = shutil.disk_usage(settings.DATA_DIR).free
    return problems + ([f"Only {free // MIB} MiB are free on the disk."] if free < FREE else [])


def _writable(folder: Path) -> bool:
    while not folder.exists():
        folder = folder.parent  # it is made with the first photo
    return folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)


def _catalogue() -> list[str]:
    try:
        return speechless_labels()
    except DatabaseError:
        return ["The database does not answer."]
