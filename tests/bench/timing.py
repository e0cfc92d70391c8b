"""Clocks for a busy machine: every candidate takes its turn in each round, and CPU time counts beside wall time."""

import resource
import time
from collections.abc import Callable, Mapping

import numpy as np

Work = Callable[[], object]


def interleaved(works: Mapping[str, Work], rounds: int) -> dict[str, float]:
    """Median CPU milliseconds of each work, children that it waited for included; one round before warms up."""
    spent: dict[str, list[float]] = {name: [] for name in works}
    for number in range(rounds + 1):
        for name, work in works.items():
            before = cpu_seconds()
            work()
            if number:
                spent[name].append((cpu_seconds() - before) * 1000)
    return {name: float(np.median(values)) for name, values in spent.items()}


def cpu_seconds() -> float:
    """User and system time of this process and of the children that have ended."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


def wall(work: Work) -> float:
    """Milliseconds on the clock."""
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def spread(milliseconds: list[float]) -> dict[str, float]:
    """p50, p95 and p99."""
    return {f"p{q}": round(float(np.percentile(milliseconds, q)), 1) for q in (50, 95, 99)}


def resident_mb(pid: int | str = "self") -> float:
    """Memory of a process that is really there."""
    with open(f"/proc/{pid}/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize() / 2**20


def peak_mb(pid: int) -> float:
    """The most that a process ever held at once."""
    with open(f"/proc/{pid}/status") as file:
        return next(int(line.split()[1]) / 1024 for line in file if line.startswith("VmHWM"))
