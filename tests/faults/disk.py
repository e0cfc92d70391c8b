"""A disk runs full while people send photos: 503, nothing half-written, and it works again once there is space.

python -m tests.faults.disk    needs root, who alone may mount a small disk; without, it says so and does nothing
"""

import json
import os
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.faults.kills import lost_and_left
from tests.load.drawn import phone_photo
from tests.load.forms import FIELDS, multipart, send
from tests.load.stack import Stack, stack

SIZE, LEFT = 256 * 2**20, 4 * 2**20  # bytes of the disk, and those that are free when the photos come
TRIES = 10  # photos after the first refusal


def main() -> int:
    if os.geteuid():
        print("left out: only root may mount a small disk; the test with an injected error holds the rule elsewhere")
        return 0
    with (
        tempfile.TemporaryDirectory(prefix="walness-disk-") as folder,
        mounted(Path(folder)),
        stack(Path(folder), workers=1) as service,
    ):
        return _run(service)


@contextmanager
def mounted(folder: Path) -> Iterator[None]:
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=700", "tmpfs", str(folder)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def _run(service: Stack) -> int:
    filler = service.folder / "filler"
    with filler.open("wb") as file:
        free = os.statvfs(service.folder)
        os.posix_fallocate(file.fileno(), 0, free.f_bavail * free.f_frsize - LEFT)
    answers, accepted = Counter[int](), list[str]()
    while sum(count for status, count in answers.items() if status != 201) < TRIES and sum(answers.values()) < 200:
        _send(service.port, answers, accepted)
    filler.unlink()
    before = len(accepted)
    _send(service.port, answers, accepted)
    problems = lost_and_left(service.folder, accepted)
    problems += [] if len(accepted) > before else ["no photo is taken although there is space again"]
    problems += [f"an answer was {status}" for status in answers if status not in {201, 503, 507}]
    print(f"4 MB left: answers {dict(answers)}, the last with space again; problems: {'; '.join(problems) or 'none'}")
    return bool(problems) or len(answers) < 2


def _send(port: int, answers: Counter[int], accepted: list[str]) -> None:
    body, kind = multipart(FIELDS, phone_photo(1600, 1200))
    answer, text = send(port, body, kind)
    answers[answer.status] += 1
    if answer.status == 201:
        accepted.append(json.loads(text)["token"])


if __name__ == "__main__":
    raise SystemExit(main())
