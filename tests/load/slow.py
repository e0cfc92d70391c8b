"""Two hundred clients that send or read as slowly as they can, in three ways; others must not notice.

python -m tests.load.slow [--seconds 60] [--clients 200]
"""

import argparse
import asyncio
import contextlib
import socket
import tempfile
import time
import urllib.request
from pathlib import Path

from tests.load.pages import p99
from tests.load.stack import stack

Ways = dict[str, tuple[bytes, bytes]]
PAGE = b"GET /en/diseases/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
FILE = b"GET /static/vendor/leaflet-1.9.4/leaflet.js HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
WAYS: Ways = {  # what is sent at once, and what is sent again every second
    "headers": (b"GET /en/ HTTP/1.1\r\nHost: 127.0.0.1\r\n", b"X-a: b\r\n"),
    "body": (b"POST /en/cases/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9000000\r\n\r\n", b"x" * 10),
    "reading": (PAGE + FILE, b""),  # of what comes, 32 bytes are taken every second
}
WINDOW = 1024  # bytes a slow reader lets the kernel take for it
LIMIT = 2.0  # seconds, the slowest 1 % of the others


def main() -> int:
    options = _options()
    with tempfile.TemporaryDirectory(prefix="walness-slow-") as folder, stack(Path(folder)) as service:
        failed = [way for way in options.ways if not asyncio.run(_trial(way, service.port, options))]
    print("service available: NO, with slow " + ", ".join(failed) if failed else "service available: YES")
    return bool(failed)


async def _trial(way: str, port: int, options: argparse.Namespace) -> bool:
    end = time.monotonic() + options.seconds
    slow = [asyncio.create_task(_slow(port, *WAYS[way], end)) for _ in range(options.clients)]
    waits, errors = await asyncio.to_thread(_ask, port, end)
    await asyncio.gather(*slow)
    print(f"slow {way:8} {options.clients} clients: {len(waits)} others answered, {errors} not, p99 {p99(waits):.3f} s")
    return not errors and p99(waits) < LIMIT


async def _slow(port: int, first: bytes, again: bytes, end: float) -> None:
    """Connect, send, dribble; when the service hangs up, begin anew."""
    while time.monotonic() < end:
        with contextlib.suppress(OSError):
            reader, writer = await asyncio.open_connection(sock=await _narrow(port), limit=WINDOW)
            writer.write(first)
            while time.monotonic() < end and not reader.at_eof():
                await asyncio.sleep(1)
                writer.write(again)
                await writer.drain()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(reader.read(32), 0.01)
            writer.close()
        await asyncio.sleep(0.1)


async def _narrow(port: int) -> socket.socket:
    """A connection whose other end soon has to wait until something is read."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, WINDOW)
    connection.setblocking(False)
    await asyncio.get_running_loop().sock_connect(connection, ("127.0.0.1", port))
    return connection


def _ask(port: int, end: float) -> tuple[list[float], int]:
    """Everybody else: one page after another."""
    waits, errors = [], 0
    while time.monotonic() < end:
        started = time.monotonic()
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/en/diseases/", timeout=10) as page:
                page.read()
            waits.append(time.monotonic() - started)
        except OSError:
            errors += 1
        time.sleep(0.1)
    return waits, errors


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--ways", nargs="*", default=list(WAYS))
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
