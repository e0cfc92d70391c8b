"""Look at every picture of a source once, on all cores, in order, and pick up where a stopped run was."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait

from tqdm import tqdm

from ml.datasets.loading import load
from ml.datasets.picture import Look, look_at
from ml.datasets.store import Store
from ml.errors import UnreadablePhoto

Task = tuple[int, str, str]  # record, place, member
Chunk = tuple[Task, ...]
CHUNK = 16  # pictures a worker takes at once, and at most loses
_AHEAD = 3  # chunks under way per worker: nobody waits, and memory holds no more than these


def read_all(store: Store, *, side: int, workers: int) -> None:
    """Fill the table of looks; every chunk is kept as soon as it and all before it are there."""
    total, done = store.one("SELECT count(*) FROM records"), store.one("SELECT count(*) FROM looks")
    with tqdm(total=total, initial=done, unit="picture", desc="read", smoothing=0.1) as bar:
        for chunk, looks in _looked_at(_chunks(store), side, workers):
            for (record, _, _), look in zip(chunk, looks, strict=True):
                store.add_look(record, look)
            store.base.commit()
            bar.update(len(chunk))
    store.finish("read")


def _chunks(store: Store) -> Iterator[Chunk]:
    """What nobody has looked at yet; asked for in pages, because the table of looks grows meanwhile."""
    last = store.one("SELECT coalesce(max(record), 0) FROM looks")
    query = "SELECT records.id, place, member FROM records JOIN files ON files.id = file WHERE records.id > ?"
    while chunk := tuple(store.rows(f"{query} ORDER BY records.id LIMIT {CHUNK}", last)):
        yield chunk
        last = chunk[-1][0]


def _looked_at(chunks: Iterator[Chunk], side: int, workers: int) -> Iterator[tuple[Chunk, list[Look | str]]]:
    if workers < 2:
        yield from ((chunk, look_at_chunk(chunk, side)) for chunk in chunks)
        return
    readers = _Readers(workers, side)
    try:
        under_way: deque[tuple[Chunk, Future[list[Look | str]]]] = deque()
        for chunk in chunks:
            under_way.append((chunk, readers.submit(chunk)))
            if len(under_way) >= workers * _AHEAD:
                yield readers.result(*under_way.popleft())
        while under_way:
            yield readers.result(*under_way.popleft())
    finally:
        readers.pool.shutdown(wait=False, cancel_futures=True)


class _Readers:
    """Worker processes, and new ones when a picture has killed a decoder."""

    def __init__(self, workers: int, side: int) -> None:
        self.workers = workers
        self.side = side
        self.pool = _pool(workers)
        self.task = look_at_chunk

    def submit(self, chunk: Chunk) -> Future[list[Look | str]]:
        try:
            return self.pool.submit(self.task, chunk, self.side)
        except BrokenProcessPool:
            self.pool = _pool(self.workers)
            return self.pool.submit(self.task, chunk, self.side)

    def result(self, chunk: Chunk, future: Future[list[Look | str]]) -> tuple[Chunk, list[Look | str]]:
        try:
            return chunk, future.result()
        except BrokenProcessPool:
            return chunk, self._apart(chunk)

    def _apart(self, chunk: Chunk) -> list[Look | str]:
        """The chunk in a process of its own; where that dies too, its pictures one by one."""
        with _pool(1) as pool:
            try:
                return pool.submit(self.task, chunk, self.side).result()
            except BrokenProcessPool:
                if len(chunk) == 1:
                    return ["unreadable: it crashed its decoder"]
        return [look for task in chunk for look in self._apart((task,))]


def look_at_chunk(chunk: Chunk, side: int) -> list[Look | str]:
    """What each picture looks like, or why that cannot be said; this runs in a worker."""
    return [_look(place, member, side) for _, place, member in chunk]


def _look(place: str, member: str, side: int) -> Look | str:
    try:
        return look_at(load(place, member), side=side)
    except UnreadablePhoto as error:
        return f"{error.code}: {error}"
    except Exception as error:  # a zip may hold anything, and zlib, struct and zipfile each raise their own
        return f"unreadable: {type(error).__name__}"


def _pool(workers: int) -> ProcessPoolExecutor:
    """Fresh processes rather than forks: nothing is inherited, neither threads nor an open database."""
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(workers, mp_context=context, initializer=_start_worker)


def _start_worker() -> None:
    """Leave Ctrl-C to the parent, and end with it even where it is killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=lambda: (wait([parent.sentinel]), os._exit(1)), daemon=True).start()
