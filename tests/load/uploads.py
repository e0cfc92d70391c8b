"""Eight people who send photos without a pause; memory, errors and finished cases are counted.

python -m tests.load.uploads [--minutes 10] [--clients 8]
"""

import argparse
import http.client
import secrets
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

from tests.load.drawn import phone_photo
from tests.load.stack import Stack, children, stack

GROWTH = 0.05  # of resident memory, between the first fifth and the end
FIELDS = {"species": "dog", "body_site": "eye"}


def main() -> int:
    options = _options()
    with tempfile.TemporaryDirectory(prefix="walness-load-") as folder, stack(Path(folder)) as service:
        return _run(service, options)


def _run(service: Stack, options: argparse.Namespace) -> int:
    answers: Counter[str] = Counter()
    end = time.monotonic() + 60 * options.minutes
    photo = phone_photo()
    clients = [threading.Thread(target=_send, args=[service.port, photo, end, answers]) for _ in range(options.clients)]
    for client in clients:
        client.start()
    memory = _watch(service, end)
    for client in clients:
        client.join()
    return _report(answers, memory)


def _send(port: int, photo: bytes, end: float, answers: Counter[str]) -> None:
    body, kind = multipart(FIELDS, photo)
    while time.monotonic() < end:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            connection.request("POST", "/api/v1/cases/", body, {"Content-Type": kind})
            answer = connection.getresponse()
            text = answer.read()
            planned = answer.status == 503 and 5 <= int(answer.getheader("Retry-After", "0")) <= 60
            answers[f"{answer.status}{' planned' if planned else ''}"] += 1
            if answer.status == 201 and b'"candidates":' not in text:
                answers["201 without an answer"] += 1
            if planned:
                time.sleep(1)  # a person would wait longer
        except OSError as error:
            answers[type(error).__name__] += 1


def _watch(service: Stack, end: float) -> list[int]:
    """Resident bytes of all processes, every two seconds."""
    sizes = []
    while time.monotonic() < end:
        sizes.append(sum(resident(one) for one in _family(service.gunicorn.pid)))
        time.sleep(2)
    return sizes


def _family(process: int) -> list[int]:
    try:
        return [process, *(one for child in children(process) for one in _family(child))]
    except OSError:
        return []


def resident(process: int) -> int:
    """Its own share of memory in bytes: what several share is counted once."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) * 1024


def _report(answers: Counter[str], memory: list[int]) -> int:
    fifth = max(1, len(memory) // 5)
    before, after = max(memory[fifth : 2 * fifth]), max(memory[-fifth:])
    growth = after / before - 1
    bad = {name: count for name, count in answers.items() if name != "201" and not name.endswith("planned")}
    print(f"answers: {dict(answers)}")
    print(f"memory: peak {before / 2**20:.0f} MiB in the second fifth, {after / 2**20:.0f} in the last: {growth:+.1%}")
    return bool(bad) or growth > GROWTH


def multipart(fields: dict[str, str], photo: bytes) -> tuple[bytes, str]:
    """A form with one photo, and its content type."""
    mark = secrets.token_hex(16)
    head = "".join(f'--{mark}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in fields.items())
    head += f'--{mark}\r\nContent-Disposition: form-data; name="photo"; filename="a.jpg"\r\n\r\n'
    return head.encode() + photo + f"\r\n--{mark}--\r\n".encode(), f"multipart/form-data; boundary={mark}"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--clients", type=int, default=8)
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
