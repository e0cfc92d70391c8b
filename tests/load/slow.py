"""Two hundred clients that send or read as slowly as they can, in three ways; others must not notice.

python -m tests.load.slow [--seconds 60] [--clients 200]
"""

import argparse
import asyncio
import contextlib
import statistics
import tempfile
import time
import urllib.request
from pathlib import Path

from tests.load.stack import stack

Ways = dict[str, tuple[bytes, bytes]]
WAYS: Ways = {  # what is sent at once, and what is sent again every second
    "headers": (b"GET /en/ HTTP/1.1\r\nHost: 127.0.0.1\r\n", b"X-a: b\r\n"),
    "body": (b"POST /en/cases/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9000000\r\n\r\n", b"x" * 10),
    "reading": (b"GET /en/diseases/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", b""),
}
LIMIT = 2.0  # seconds, the slowest 1 % of the others


def main() -> int:
    options = _options()
    with tempfile.TemporaryDirectory(prefix="walness-slow-") as folder, stack(Path(folder)) as service:
        failed = [way for way in WAYS if not asyncio.run(_trial(way, service.port, options))]
    print("service available: NO, with slow " + ", ".join(failed) if failed else "service available: YES")
    return bool(failed)


async def _trial(way: str, port: int, options: argparse.Namespace) -> bool:
    end = time.monotonic() + options.seconds
    slow = [asyncio.create_task(_slow(port, *WAYS[way], end)) for _ in range(options.clients)]
    waits, errors = await asyncio.to_thread(_ask, port, end)
    await asyncio.gather(*slow)
    p99 = statistics.quantiles(waits, n=100)[98] if len(waits) > 1 else float("inf")
    print(f"slow {way:8} {options.clients} clients: {len(waits)} others answered, {errors} not, p99 {p99:.3f} s")
    return not errors and p99 < LIMIT


async def _slow(port: int, first: bytes, again: bytes, end: float) -> None:
    """Connect, send, dribble; when the service hangs up, begin anew."""
    while time.monotonic() < end:
        with contextlib.suppress(OSError):
            _reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)
            writer.write(first)
            while time.monotonic() < end and not writer.is_closing():
                await asyncio.sleep(1)
                writer.write(again)
                await writer.drain()
            writer.close()
        await asyncio.sleep(0.1)


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
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
