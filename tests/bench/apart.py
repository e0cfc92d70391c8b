"""Each way in a process of its own, as it would be deployed, taking turns with the others.

In a common process the memory that one way leaves behind speeds another up: the usual way by a sixth.
"""

import multiprocessing
import tempfile
import time
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np

from tests.bench.timing import cpu_seconds
from tests.bench.ways import WAYS

Photos = tuple[bytes, bytes]  # one whose first candidate is far ahead, and a close call


class Worker:
    """A process that does one way again and again; it has done it once when ``wait`` first returns."""

    def __init__(self, way: str, photos: Photos) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(way, photos, theirs), daemon=True)
        self._process.start()

    def ask(self, rounds: int) -> None:
        """Let it begin."""
        self._pipe.send(rounds)

    def wait(self) -> tuple[float, float]:
        """CPU milliseconds of a round, and answers a second."""
        spent, rate = self._pipe.recv()
        return spent, rate

    def end(self) -> None:
        """Stop it."""
        self._pipe.send(0)
        self._process.join()


def taking_turns(photos: Photos, rounds: int) -> tuple[dict[str, float], dict[str, float]]:
    """Of each way, the median of its CPU milliseconds, and the answers a second of two such processes at once."""
    crew = {way: Worker(way, photos) for way in WAYS}
    for worker in crew.values():
        worker.wait()
    spent: dict[str, list[float]] = {way: [] for way in crew}
    for _ in range(rounds):
        for way, worker in crew.items():
            spent[way].append(_together([worker], 1)[0][0])
    rates = {}
    for way, worker in crew.items():
        pair = [worker, Worker(way, photos)]
        pair[1].wait()
        rates[way] = round(sum(rate for _, rate in _together(pair, rounds)), 2)
        for one in pair:
            one.end()
    return {way: round(float(np.median(each)), 1) for way, each in spent.items()}, rates


def _together(workers: Sequence[Worker], rounds: int) -> list[tuple[float, float]]:
    for worker in workers:
        worker.ask(rounds)
    return [worker.wait() for worker in workers]


def _serve(way: str, photos: Photos, pipe: Connection) -> None:
    with tempfile.TemporaryDirectory() as folder:
        work, rounds = WAYS[way](*photos, Path(folder)), 1
        while rounds:
            cpu, wall = cpu_seconds(), time.perf_counter()
            for _ in range(rounds):
                work()
            pipe.send(((cpu_seconds() - cpu) / rounds * 1000, rounds / (time.perf_counter() - wall)))
            rounds = pipe.recv()
