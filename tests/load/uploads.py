"""Eight people who send photos without a pause, one who reads; memory, errors, finished cases and waits are counted.

python -m tests.load.uploads [--minutes 10] [--clients 8]
"""

import argparse
import sqlite3
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

from tests.load.drawn import phone_photo
from tests.load.forms import FIELDS, multipart, send
from tests.load.pages import Reader
from tests.load.stack import Stack, children, stack

GROWTH = 0.05  # of resident memory, between the first fifth and the end


def main() -> int:
    options = _options()
    with tempfile.TemporaryDirectory(prefix="walness-load-") as folder, stack(Path(folder)) as service:
        return _run(service, options)


def _run(service: Stack, options: argparse.Namespace) -> int:
    answers: Counter[str] = Counter()
    reader = Reader(service.port)
    end = time.monotonic() + 60 * options.minutes
    photo = phone_photo()
    clients = [threading.Thread(target=_send, args=[service.port, photo, end, answers]) for _ in range(options.clients)]
    clients.append(threading.Thread(target=reader.read_until, args=[end]))
    for client in clients:
        client.start()
    memory = _watch(service, end)
    for client in clients:
        client.join()
    answers["case without an answer"] += abs(_finished(service.folder) - answers["201"] - 1)  # 1 is the reader's
    return _report(+answers, memory, reader)


def _send(port: int, photo: bytes, end: float, answers: Counter[str]) -> None:
    body, kind = multipart(FIELDS, photo)
    while time.monotonic() < end:
        try:
            answer, text = send(port, body, kind)
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


def _finished(folder: Path) -> int:
    """Cases that have their diagnosis."""
    database = sqlite3.connect(folder / "walness.sqlite3")
    return int(database.execute("SELECT COUNT(DISTINCT case_id) FROM diagnosis_diagnosis").fetchone()[0])


def _report(answers: Counter[str], memory: list[int], reader: Reader) -> int:
    fifth = max(1, len(memory) // 5)
    before, after = max(memory[fifth : 2 * fifth]), max(memory[-fifth:])
    growth = after / before - 1
    bad = {name: count for name, count in answers.items() if name != "201" and not name.endswith("planned")}
    print(f"answers: {dict(answers)}")
    print(f"memory: peak {before / 2**20:.0f} MiB in the second fifth, {after / 2**20:.0f} in the last: {growth:+.1%}")
    print(f"by half minute: {' '.join(f'{max(memory[i : i + 15]) / 2**20:.0f}' for i in range(0, len(memory), 15))}")
    print("\n".join(reader.lines()))
    return bool(bad) or growth > GROWTH or bool(reader.errors) or bool(reader.slow())


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--clients", type=int, default=8)
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
