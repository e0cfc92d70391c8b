"""Kills processes with signal 9 at random moments of a diagnosis and counts what is lost: nothing may be.

python -m tests.faults.kills [--kills 20]
"""

import argparse
import http.client
import json
import os
import random
import re
import signal
import sqlite3
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

from tests.load.drawn import phone_photo
from tests.load.forms import FIELDS, multipart, send
from tests.load.stack import Stack, children, environment_of, manage, serve, stack, wait_until_ready

BACK = 5.0  # seconds until the service answers again after a worker was killed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    kills: int = parser.parse_args().kills
    with tempfile.TemporaryDirectory(prefix="walness-kills-") as folder, stack(Path(folder)) as service:
        trial = Trial(service)
        backs = trial.run(kills)
        master = _kill_master(service)
        return trial.report(backs, master)


class Trial:
    """People send photos all the while; what they were told is held against what is there."""

    def __init__(self, service: Stack) -> None:
        self.service, self.accepted, self.answers = service, list[str](), Counter[str]()
        self.stop, self.photo = threading.Event(), phone_photo(1600, 1200)

    def run(self, kills: int) -> list[float]:
        senders = [threading.Thread(target=self._send) for _ in range(4)]
        for sender in senders:
            sender.start()
        backs = [self._kill_one() for _ in range(kills)]
        self.stop.set()
        for sender in senders:
            sender.join()
        return backs

    def report(self, backs: list[float], master: float) -> int:
        problems = lost_and_left(self.service.folder, self.accepted)
        print(f"answers {dict(self.answers)}, accepted cases {len(self.accepted)}")
        print(f"back after a worker's death: at most {max(backs):.2f} s; after the master's: {master:.2f} s")
        print("problems: " + ("none" if not problems else "; ".join(problems)))
        return bool(problems) or max(backs) > BACK

    def _send(self) -> None:
        body, kind = multipart(FIELDS, self.photo)
        while not self.stop.is_set():
            try:
                answer, text = send(self.service.port, body, kind)
                self.answers[str(answer.status)] += 1
                if answer.status == 201:
                    self.accepted.append(json.loads(text)["token"])
            except (OSError, http.client.HTTPException) as error:
                self.answers[type(error).__name__] += 1

    def _kill_one(self) -> float:
        """A worker, or the child that reads its photos; then wait until a page is answered."""
        time.sleep(random.uniform(0.5, 3))
        workers = self.service.workers()
        victims = [*workers, *(child for worker in workers for child in children(worker))]
        try:
            os.kill(random.choice(victims), signal.SIGKILL)
        except ProcessLookupError:
            return 0.0  # it went by itself
        return answers_again(self.service.port)


def answers_again(port: int) -> float:
    started = time.monotonic()
    while time.monotonic() - started < 120:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return time.monotonic() - started
        except (OSError, http.client.HTTPException):
            time.sleep(0.05)
    return float("inf")


def _kill_master(service: Stack) -> float:
    """Everything at once, as when the machine's memory is gone; then a fresh start on the same data."""
    os.killpg(service.gunicorn.pid, signal.SIGKILL)
    service.gunicorn.wait()
    found = re.search(r"server 127\.0\.0\.1:(\d+)", (service.folder / "nginx.conf").read_text())
    assert found
    inner = int(found[1])
    started = time.monotonic()
    service.gunicorn = serve(service.folder, inner, environment_of(service.folder))
    wait_until_ready(f"http://127.0.0.1:{inner}")
    return time.monotonic() - started


def lost_and_left(folder: Path, accepted: list[str]) -> list[str]:
    """A sentence for each broken promise: every accepted case whole, every file owned, the database intact."""
    code = "from datetime import timedelta; from diagnosis import services; services.sweep(older_than=timedelta(0))"
    manage(environment_of(folder), "shell", "-c", code)
    database = sqlite3.connect(folder / "walness.sqlite3")
    rows = database.execute("SELECT image, heatmap FROM diagnosis_photo").fetchall()
    tokens = {token for (token,) in database.execute("SELECT token FROM diagnosis_case")}
    whole = database.execute("SELECT COUNT(*) FROM diagnosis_case c JOIN diagnosis_diagnosis d ON d.case_id = c.id")
    owned = {name for row in rows for name in row if name}
    media = folder / "media"
    there = {str(file.relative_to(media)) for file in media.rglob("*") if file.is_file()}
    checks = {
        f"{len(set(accepted) - tokens)} accepted cases are lost": set(accepted) <= tokens,
        "a case lacks its diagnosis": whole.fetchone()[0] == len(tokens),
        f"{len(owned - there)} photos lack their file": owned <= there,
        f"{len(there - owned)} files lack their row": there <= owned,
        "the database is damaged": database.execute("PRAGMA integrity_check").fetchone() == ("ok",),
        "a raw photo was left in a temp folder": not list(Path(tempfile.gettempdir()).glob("*.upload*")),
    }
    return [sentence for sentence, kept in checks.items() if not kept]


if __name__ == "__main__":
    raise SystemExit(main())
