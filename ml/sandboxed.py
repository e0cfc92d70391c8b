"""The child's side of the sandbox: gives up what it will not need, then reads photos from a pipe until it closes."""

import contextlib
import fcntl
import os
import resource
import struct
import time
from io import BytesIO
from typing import BinaryIO

from PIL import Image

from ml.decode import FORMATS
from ml.errors import UnreadablePhoto
from ml.landlock import give_up_files
from ml.photo import read_pixels, refusal
from ml.sandbox import HEAD, PICTURE, READY, REFUSAL

MEMORY = 896 * 2**20  # bytes of addresses beyond its own; a large WebP reserves most of it, but does not fill it
CPU_SECONDS = 10  # for one photo
GIVES_WAY = 5  # a page that somebody waits for goes first
PIPE_BYTES = 2**20  # what Linux lets a pipe hold; a picture passes in a few pieces


def main() -> None:
    """Serve the process that started us; its end of the pipe closes when it ends."""
    source, sink = os.fdopen(0, "rb"), os.fdopen(1, "wb", buffering=0)
    with contextlib.suppress(OSError):
        fcntl.fcntl(0, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
        fcntl.fcntl(1, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
    os.nice(GIVES_WAY)
    _load_decoders()
    _give_up_rights()
    _send(sink, READY)
    while head := source.read(4):
        _grant_time()
        _answer(source.read(*struct.unpack("!I", head)), sink)


def _answer(data: bytes, sink: BinaryIO) -> None:
    try:
        size, pixels = read_pixels(data)
        _send(sink, HEAD.pack(PICTURE, *size), pixels)
    except UnreadablePhoto as error:
        _refuse(error, sink)
    except MemoryError:
        _refuse(refusal("cannot_process"), sink)


def _refuse(error: UnreadablePhoto, sink: BinaryIO) -> None:
    code = error.code.encode()
    _send(sink, HEAD.pack(REFUSAL, len(code), 0), code)


def _send(sink: BinaryIO, *parts: bytes) -> None:
    for part in parts:
        rest = memoryview(part)
        while rest:
            rest = rest[sink.write(rest) :]


def _load_decoders() -> None:
    """Read one picture of each format, so that nothing need be opened or imported later."""
    exif = Image.Exif()
    exif[0x0112] = 6
    for kind in FORMATS:
        file = BytesIO()
        Image.new("RGB", (64, 64)).save(file, kind, exif=exif.tobytes())
        read_pixels(file.getvalue())
        with contextlib.suppress(UnreadablePhoto):
            read_pixels(file.getvalue()[:-40])


def _give_up_rights() -> None:
    """No file, no socket, no process can be opened from here on, and memory is short."""
    memory = _address_space() + MEMORY
    give_up_files()
    for limit, value in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_NOFILE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (value, value))


def _address_space() -> int:
    with open("/proc/self/statm") as file:
        return int(file.read().split()[0]) * resource.getpagesize()


def _grant_time() -> None:
    """The limit counts from the start of the process: move it for each photo."""
    resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time()) + CPU_SECONDS + 1, resource.RLIM_INFINITY))


if __name__ == "__main__":
    main()
