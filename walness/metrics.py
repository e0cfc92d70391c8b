"""Counts and logs requests by route, never by address: a case's address is its key."""

import logging
import time
from collections import Counter
from collections.abc import Callable
from threading import Lock

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from diagnosis.engine import answers

Handler = Callable[[HttpRequest], HttpResponse]

logger = logging.getLogger("walness.request")
_lock = Lock()
_requests: Counter[tuple[str, str, int]] = Counter()  # of this process


class MetricsMiddleware:
    """Writes one line a request: method, route, status and milliseconds."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        response = self.get_response(request)
        milliseconds = round((time.perf_counter() - started) * 1000)
        key = (_method(request), _route(request), response.status_code)
        with _lock:
            _requests[key] += 1
        logger.info("%s %s %d %d ms", *key, milliseconds)
        return response


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus text: the requests and cases this process has answered."""
    with _lock:
        rows = sorted(_requests.items())
    lines = ["# TYPE walness_requests_total counter"]
    for (method, route, status), count in rows:
        labels = f'method="{method}",route="{route}",status="{status}"'
        lines.append(f"walness_requests_total{{{labels}}} {count}")
    lines.append("# TYPE walness_cases_total counter")
    for (task, outcome), count in sorted(answers().items()):
        lines.append(f'walness_cases_total{{task="{task}",outcome="{outcome}"}} {count}')
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; version=0.0.4")


def _method(request: HttpRequest) -> str:
    known = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
    return request.method if request.method in known else "other"


def _route(request: HttpRequest) -> str:
    match = getattr(request, "resolver_match", None)
    return match.route if match else "none"
