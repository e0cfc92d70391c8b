"""Work that waits for nobody: it starts now, beside what its caller goes on with, and is asked for later."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import TypeVar

Outcome = TypeVar("Outcome")
HANDS = 12  # three for each of four cases at once; what finds none free waits


def beside(work: Callable[[], Outcome]) -> Callable[[], Outcome]:
    """Start ``work`` in another thread; the function that comes back waits for its outcome, or raises its error.

    For work that happens mostly outside of Python, and puts nothing beside itself: it might wait for its own place.
    """
    return _hands(os.getpid()).submit(work).result


@lru_cache(maxsize=1)
def _hands(_process: int) -> ThreadPoolExecutor:
    """Kept for the next time: to start a thread takes up to 5 ms where another one is computing."""
    return ThreadPoolExecutor(HANDS, thread_name_prefix="beside")
