"""The restore drill: a backup is written while people send photos, brought back elsewhere, and compared.

python -m tests.faults.drill
"""

import sqlite3
import tempfile
import threading
import time
from pathlib import Path

from tests.faults.kills import Trial, lost_and_left
from tests.load.stack import environment_of, manage, stack

EXPIRE = (
    "UPDATE diagnosis_case SET expires_at = datetime('now', '-1 hour') "
    "WHERE id IN (SELECT id FROM diagnosis_case LIMIT 2)"
)


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="walness-drill-") as folder:
        place = Path(folder)
        with stack(place / "live", workers=1) as service:
            backup, before, after = _backup_under_load(Trial(service), place)
        problems = _restored(backup, place / "new", before, after)
    print("problems: " + ("; ".join(problems) or "none"))
    return bool(problems)


def _backup_under_load(trial: Trial, place: Path) -> tuple[Path, set[str], set[str]]:
    """Where the backup is, and the cases that were there before and after it was written."""
    senders = [threading.Thread(target=trial._send) for _ in range(2)]
    for sender in senders:
        sender.start()
    while len(trial.accepted) < 8:
        time.sleep(0.2)
    database = sqlite3.connect(place / "live" / "walness.sqlite3", timeout=30)
    with database:
        database.execute(EXPIRE)
    before = set(trial.accepted) - _expired(database)
    manage(environment_of(place / "live"), "backup", str(place / "backups"))
    after = set(trial.accepted)
    trial.stop.set()
    for sender in senders:
        sender.join()
    return next((place / "backups").iterdir()), before, after


def _restored(backup: Path, new: Path, before: set[str], after: set[str]) -> list[str]:
    new.mkdir()
    print(manage(environment_of(new), "restore", str(backup)).strip())
    database = sqlite3.connect(new / "walness.sqlite3")
    tokens = {token for (token,) in database.execute("SELECT token FROM diagnosis_case")}
    print(f"{len(before)} cases before the backup, {len(tokens)} restored, {len(after)} sent until it was written")
    problems = lost_and_left(new, sorted(before))
    if _expired(database) or _expired(sqlite3.connect(backup / "walness.sqlite3")):
        problems.append("a photo outlived its time in the backup")
    return problems


def _expired(database: sqlite3.Connection) -> set[str]:
    rows = database.execute("SELECT token FROM diagnosis_case WHERE expires_at <= datetime('now')")
    return {token for (token,) in rows}


if __name__ == "__main__":
    raise SystemExit(main())
