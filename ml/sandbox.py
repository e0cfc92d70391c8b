"""Reads photos in child processes that have little memory, little time, no files and no network."""

import atexit
import os
import sys
from queue import Empty, LifoQueue
from threading import BoundedSemaphore

from PIL import Image

from ml.child import Child
from ml.photo import MAX_BYTES, read_photo, refusal

CHILDREN = 2  # at once: together they may take twice what the hungriest photo needs
LIMITED = sys.platform == "linux"  # elsewhere photos are read in the process itself

_places = BoundedSemaphore(CHILDREN)
_idle: LifoQueue[Child] = LifoQueue()


def read_photo_apart(data: bytes) -> Image.Image:
    """Like :func:`ml.photo.read_photo`; whatever a hostile file breaks, breaks in a child.

    Raises:
        UnreadablePhoto: also with ``cannot_process``, when the child ran out of memory or time.
    """
    if not LIMITED:
        return read_photo(data)
    if len(data) > MAX_BYTES:
        raise refusal("too_many_bytes")
    with _places:
        child = _borrow()
        try:
            return child.read(data)
        finally:
            _give_back(child)


def warm_up() -> None:
    """Start a child before the first photo comes.

    Raises:
        UnreadablePhoto: with ``cannot_process``, when none is ready in time.
    """
    if LIMITED:
        _give_back(_borrow())


def forget_photos() -> None:
    """Let idle children give back what they keep of their last photo; at once it would cost each photo 3 ms."""
    for child in list(_idle.queue):
        if child.owner == os.getpid():
            child.forget()


def close() -> None:
    """End every idle child."""
    while not _idle.empty():
        _idle.get_nowait().end()


def _borrow() -> Child:
    """An idle child, or a new one; those that are not ours or have ended are put away."""
    while True:
        try:
            child = _idle.get_nowait()
        except Empty:
            return Child()
        if child.usable:
            return child
        child.end()


def _give_back(child: Child) -> None:
    """Keep it for the next photo, unless its time is over."""
    if child.usable:
        _idle.put(child)
    else:
        child.end()


atexit.register(close)
