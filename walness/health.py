"""Two questions of a supervisor: is the process alive, and can it do its work?"""

from django.db import DatabaseError
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from diagnosis.checks import speechless_labels
from diagnosis.engine import broken_models


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 as long as the process answers at all."""
    return JsonResponse({"status": "alive"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when database, catalogue and every released model can do their work; else 503 and what is missing."""
    problems = _catalogue() + broken_models()
    status = "not ready" if problems else "ready"
    return JsonResponse({"status": status, "problems": problems}, status=503 if problems else 200)


def _catalogue() -> list[str]:
    try:
        return speechless_labels()
    except DatabaseError:
        return ["The database does not answer."]
