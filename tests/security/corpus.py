"""Sends every file of a hostile corpus through the real form and holds the answers to its manifest.

python -m tests.security.corpus FOLDER    FOLDER holds MANIFEST.csv (columns file and expected) and the files.
"""

import csv
import http.client
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.load.forms import FIELDS, multipart
from tests.load.stack import Stack, stack

SLOWEST = 10.0  # seconds one file may take
TRACES = (b"CANARY-7f3a91", b"Exif\0\0", b"http://ns.adobe.com/xap", b"GPSLatitude", b"ICC_PROFILE")


def main() -> int:
    folder = Path(sys.argv[1])
    with (folder / "MANIFEST.csv").open() as manifest:
        rows = [row for row in csv.DictReader(manifest) if (folder / row["file"]).is_file()]
    with tempfile.TemporaryDirectory(prefix="walness-corpus-") as place, stack(Path(place), workers=1) as service:
        return _run(service, folder, rows)


def _run(service: Stack, folder: Path, rows: list[dict[str, str]]) -> int:
    statuses: Counter[int] = Counter()
    wrong, slowest = list[str](), 0.0
    for row in rows:
        started = time.monotonic()
        status = _send(service.port, (folder / row["file"]).read_bytes())
        slowest = max(slowest, time.monotonic() - started)
        statuses[status] += 1
        verdict = "accept" if status < 400 else "reject"
        if status >= 500 or (row["expected"] in {"accept", "reject"} and verdict != row["expected"]):
            wrong.append(f"{row['file']}: {status}, expected {row['expected']}")
    left = traces_on_disk(service.folder)
    print(f"{len(rows)} files, answers {dict(statuses)}, slowest {slowest:.1f} s")
    print(f"wrong verdicts: {len(wrong)} {wrong[:5]}; traces of metadata on disk: {left or 'none'}")
    return bool(wrong) or bool(left) or slowest > SLOWEST


def _send(port: int, data: bytes) -> int:
    body, kind = multipart(FIELDS, data)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("POST", "/api/v1/cases/", body, {"Content-Type": kind})
    answer = connection.getresponse()
    answer.read()
    return answer.status


def traces_on_disk(folder: Path) -> list[str]:
    """Where a canary or a block of metadata lies: photos, database, its journal, logs, buffers."""
    files = [file for file in folder.rglob("*") if file.is_file() and "static" not in file.relative_to(folder).parts]
    return [str(file.relative_to(folder)) for file in files if any(trace in _read(file) for trace in TRACES)]


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError:  # a journal comes and goes
        return b""


if __name__ == "__main__":
    raise SystemExit(main())
