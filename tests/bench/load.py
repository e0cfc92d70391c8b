"""What visitors meet at a real gunicorn: latency, throughput, memory, start."""

import statistics
import time
from pathlib import Path
from typing import Any

from tests.bench.clients import Visitor, crowd
from tests.bench.phone import FIFTY, phone_photo
from tests.bench.service import Service, running
from tests.bench.timing import Work, cpu_seconds, spread, wall

SETTLED_S = 12  # until a worker has given back what its last cases needed
CROWDS = (1, 2, 4, 8, 16)


def under_load(data: Path, photo: bytes, floor: Work, *, rounds: int) -> dict[str, Any]:
    """Figures of one service from its start on; each crowd shares out three photos a round among its visitors."""
    with running(data) as service:
        figures = _start(service, photo)
        time.sleep(SETTLED_S)
        figures["rss_mb"] = _largest(service)
        crowd(service.port, photo, clients=4, each=6)  # each worker then has its second decoder
        figures |= _beside_the_floor(service, photo, floor, rounds)
        figures["clients"] = [_crowd(service, photo, number, max(2, 3 * rounds // number)) for number in CROWDS]
        figures["rss_under_load_mb"] = _largest(service)
        time.sleep(SETTLED_S)
        figures["rss_after_load_mb"] = _largest(service)
    with running(data, WEB_CONCURRENCY="1") as service:
        return figures | {"fifty_megapixels_mb": _fifty(service)}


def _largest(service: Service) -> float:
    """MB of the largest process that answers requests."""
    return round(max(service.resident()[pid] for pid in service.workers()), 1)


def _start(service: Service, photo: bytes) -> dict[str, Any]:
    visitor = Visitor(service.port)
    status, _ = visitor.send(photo)
    assert status == 302, f"the bench's photo was not answered: {status}"
    first, spent_by_then = service.age(), service.cpu_seconds()
    for _ in range(16):
        visitor.send(photo)
    return {
        "first_answer_s": round(first, 2),
        "first_answer_cpu_s": round(spent_by_then, 2),
        "workers": len(service.workers()),
    }


def _beside_the_floor(service: Service, photo: bytes, floor: Work, rounds: int) -> dict[str, float]:
    """One visitor and the floor in turns, so that a busy neighbour slows both."""
    visitor = Visitor(service.port)
    floor()
    assert visitor.send(photo)[0] == 302
    before, cases, floors, floor_cpu = service.cpu_seconds(), [], [], 0.0
    for _ in range(rounds):
        started = cpu_seconds()
        floors.append(wall(floor))
        floor_cpu += cpu_seconds() - started
        cases.append(visitor.send(photo)[1])
    return {
        "floor_wall_ms": round(statistics.median(floors), 1),
        "floor_cpu_ms": round(floor_cpu / rounds * 1000, 1),
        "request_wall_ms": round(statistics.median(cases), 1),
        "request_cpu_ms": round((service.cpu_seconds() - before) / rounds * 1000, 1),
    }


def _crowd(service: Service, photo: bytes, clients: int, each: int) -> dict[str, Any]:
    before = service.cpu_seconds()
    tally = crowd(service.port, photo, clients=clients, each=each)
    answered = len(tally.answered)
    return {
        "clients": clients,
        "answered": answered,
        "refused": tally.refused,
        "failed": tally.failed,
        "per_second": round(answered / tally.seconds, 2),
        "cpu_ms": round((service.cpu_seconds() - before) / max(1, answered) * 1000, 1),
        **spread(tally.answered),
    }


def _fifty(service: Service) -> float:
    """The most memory that all processes together held above idle while one photo of 49 megapixels was answered."""
    photo, visitor = phone_photo(FIFTY), Visitor(service.port)
    idle = service.resident()
    assert visitor.send(photo)[0] == 302
    return round(sum(peak - idle.get(pid, 0.0) for pid, peak in service.peaks().items()), 1)
