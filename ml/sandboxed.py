"""The child's side of the sandbox: gives up what it will not need, then reads photos until its pipe closes."""

import contextlib
import mmap
import os
import resource
import struct
import sys
import time
from io import BytesIO

from PIL import Image

from ml.child import FORGET, HEAD, PICTURE, READY, REFUSAL
from ml.decode import FORMATS
from ml.errors import UnreadablePhoto
from ml.landlock import give_up_files
from ml.photo import MAX_BYTES, read_pixels, refusal
from ml.runtime.memory import give_back

MEMORY = 896 * 2**20  # bytes of addresses beyond its own; a large WebP reserves most of it, but does not fill it
CPU_SECONDS = 10  # for one photo
GIVES_WAY = 5  # a page that somebody waits for goes first


def main(shared: int) -> None:
    """Serve the process that started us, through a file of memory; its end of the pipe closes when it ends."""
    source, sink = os.fdopen(0, "rb"), os.fdopen(1, "wb", buffering=0)
    memory = mmap.mmap(shared, MAX_BYTES)
    os.close(shared)
    os.nice(GIVES_WAY)
    _load_decoders()
    _give_up_rights()
    sink.write(READY)
    while head := source.read(4):
        _grant_time()
        if head == FORGET:
            give_back()
        else:
            sink.write(_answer(memory, *struct.unpack("!I", head)))


def _answer(memory: mmap.mmap, length: int) -> bytes:
    """What is said of the photo that lies in the memory; its picture lies there then."""
    try:
        size, pixels = read_pixels(memory[:length])
        memory[: len(pixels)] = pixels
        return HEAD.pack(PICTURE, *size)
    except UnreadablePhoto as error:
        return _refused(error)
    except MemoryError:
        return _refused(refusal("cannot_process"))


def _refused(error: UnreadablePhoto) -> bytes:
    code = error.code.encode()
    return HEAD.pack(REFUSAL, len(code), 0) + code


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
    main(int(sys.argv[1]))
