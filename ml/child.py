"""A child process that reads photos, as the process that started it sees it, and the signs they agree on."""

import mmap
import os
import select
import struct
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from PIL import Image

from ml.photo import MAX_BYTES, refusal

if sys.platform == "linux":
    import fcntl

DEADLINE = 10  # seconds of wall time for one photo; a good one takes 0.03 to 1
START = 60  # seconds until a child must be ready; it takes 0.4, and much longer beside others that start
PHOTOS_PER_CHILD = 500  # then a fresh one: whatever a decoder leaks, or an attacker leaves, goes with it
HEAD = struct.Struct("!BII")  # a kind, and two numbers that depend on it
PICTURE, REFUSAL = 0, 1
READY = b"."
FORGET = b"\xff" * 4  # instead of a photo's length: give your memory back to the system, which clears it

_ROOT = Path(__file__).resolve().parents[1]
_KEPT = ("PATH", "LD_LIBRARY_PATH", "PYTHONPATH", "LANG")  # the child need not know the service's secrets
_THREADS = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MALLOC_ARENA_MAX"), "1")
# What one photo needed is kept for the next: a phone's photo then takes 29.5 ms instead of 32, most of it new pages.
_KEEPS = dict.fromkeys(("MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_"), str(16 * 2**20))
_NOTHING = memoryview(bytes(MAX_BYTES))


class Child:
    """One process; it serves one thread at a time.

    Raises:
        UnreadablePhoto: with ``cannot_process``, when it is not ready in time.
    """

    def __init__(self) -> None:
        environment = {name: os.environ[name] for name in _KEPT if name in os.environ} | _THREADS | _KEEPS
        with os.fdopen(_shared_memory(), "r+b") as shared:
            self.memory = mmap.mmap(shared.fileno(), MAX_BYTES)
            self.process = subprocess.Popen(
                [sys.executable, "-m", "ml.sandboxed", str(shared.fileno())],
                bufsize=0, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=_ROOT, env=environment,
                pass_fds=(shared.fileno(),),
            )  # fmt: skip
        assert self.process.stdout
        self.owner, self.left, self.used = os.getpid(), PHOTOS_PER_CHILD, 0
        self.said = select.poll()  # a thread that watched the clock would cost each photo 0.15 ms, more on a busy day
        self.said.register(self.process.stdout, select.POLLIN)
        try:
            self._receive(len(READY), until=time.monotonic() + START)
        except OSError as error:
            self.end()
            raise refusal("cannot_process") from error

    @property
    def usable(self) -> bool:
        """Whether it is ours, runs, and may read another photo."""
        return self.owner == os.getpid() and self.left > 0 and self.process.poll() is None

    def read(self, data: bytes) -> Image.Image:
        """The picture of a photo of at most ``MAX_BYTES``, as ``ml.photo.read_photo`` returns it.

        Raises:
            UnreadablePhoto: also with ``cannot_process``, when the child ran out of memory or time; it is used up then.
        """
        self.left -= 1
        self.used = len(data)
        try:
            return self._exchange(data, until=time.monotonic() + DEADLINE)
        except OSError as error:
            self.left = 0
            raise refusal("cannot_process") from error
        finally:
            self.memory[: self.used] = _NOTHING[: self.used]  # 0.1 ms: no photo waits there for the next one

    def forget(self) -> None:
        """Let it give back what it keeps of its last photo."""
        assert self.process.stdin
        with suppress(OSError):  # it has ended
            self.process.stdin.write(FORGET)

    def end(self) -> None:
        """Stop it and take it off the process table."""
        if self.owner != os.getpid():
            return  # it belongs to the process we were forked from
        self.process.kill()
        self.process.communicate()

    def _exchange(self, data: bytes, until: float) -> Image.Image:
        assert self.process.stdin
        self.memory[: len(data)] = data
        self.process.stdin.write(struct.pack("!I", len(data)))
        kind, width, height = HEAD.unpack(self._receive(HEAD.size, until))
        if kind == REFUSAL:
            raise refusal(self._receive(min(width, 64), until).decode("ascii", "replace"))
        length = 3 * width * height
        if not 0 < length <= MAX_BYTES:  # a child that was taken over may say anything
            raise ConnectionError("a picture of no possible size")
        self.used = max(self.used, length)
        with memoryview(self.memory) as pixels:
            return Image.frombytes("RGB", (width, height), pixels[:length])

    def _receive(self, length: int, until: float) -> bytearray:
        assert self.process.stdout
        data = bytearray(length)
        rest = memoryview(data)
        while rest:
            if not self.said.poll(max(0.0, until - time.monotonic()) * 1000):
                raise TimeoutError("the child takes too long")
            got = self.process.stdout.readinto(rest)  # type: ignore[attr-defined]
            if not got:
                raise ConnectionError("the child is gone")
            rest = rest[got:]
        return data


def _shared_memory() -> int:
    """A file of memory that takes a photo in and its smaller picture out: of a phone's, pipes took 2 to 5 ms more.

    Sealed: who touches what the other side has cut off dies of it.
    """
    file = os.memfd_create("photo", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    os.ftruncate(file, MAX_BYTES)
    fcntl.fcntl(file, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SEAL)
    return file
