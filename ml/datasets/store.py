"""The unfinished state of a preparation: one SQLite file, so that memory stays small and a stop loses nothing."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from ml.datasets.picture import Look
from ml.datasets.records import Record

_SCHEMA = """
CREATE TABLE IF NOT EXISTS done (phase TEXT PRIMARY KEY, facts TEXT);
CREATE TABLE IF NOT EXISTS files (id INTEGER PRIMARY KEY, name TEXT, stem TEXT, suffix TEXT, place TEXT, member TEXT);
CREATE INDEX IF NOT EXISTS stems ON files (stem);
CREATE TABLE IF NOT EXISTS bad (name TEXT, reason TEXT);
CREATE TABLE IF NOT EXISTS records
    (id INTEGER PRIMARY KEY, file INTEGER UNIQUE, labels TEXT, absent TEXT, hints TEXT, split TEXT, facts TEXT);
CREATE TABLE IF NOT EXISTS looks (record INTEGER PRIMARY KEY, error TEXT, digest BLOB, pixels BLOB,
    width INTEGER, height INTEGER, hashes BLOB, traits TEXT);
CREATE TABLE IF NOT EXISTS blobs (record INTEGER PRIMARY KEY, thumb BLOB, webp BLOB);
"""


class Store:
    """Tables of files, records and looks; ``with`` closes it, ``commit`` is the only moment that counts."""

    def __init__(self, path: Path) -> None:
        self.base = sqlite3.connect(path)
        self.base.execute("PRAGMA journal_mode = WAL")  # a killed process leaves the last commit intact
        self.base.execute("PRAGMA synchronous = NORMAL")
        self.base.execute("PRAGMA temp_store = FILE")  # sorting a large source must not take memory
        self.base.executescript(_SCHEMA)

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *exception: object) -> None:
        self.base.close()

    def facts(self, phase: str) -> dict[str, Any] | None:
        """What a finished phase left behind; None while it is unfinished."""
        row = self.base.execute("SELECT facts FROM done WHERE phase = ?", (phase,)).fetchone()
        return None if row is None else json.loads(row[0])

    def finish(self, phase: str, **facts: Any) -> None:
        """Write down that ``phase`` is complete, together with everything it wrote."""
        self.base.execute("INSERT INTO done VALUES (?, ?)", (phase, json.dumps(facts)))
        self.base.commit()

    def rows(self, query: str, *values: Any) -> Iterator[Any]:
        """The rows of a query, one after another."""
        return iter(self.base.execute(query, values))

    def one(self, query: str, *values: Any) -> Any:
        """The first cell of the first row."""
        return self.base.execute(query, values).fetchone()[0]

    def add_bad(self, name: str, reason: str) -> None:
        self.base.execute("INSERT INTO bad VALUES (?, ?)", (name, reason))

    def add_records(self, records: Iterable[Record]) -> int:
        """Number and keep the records in the importer's order; of two that tell of one file the first counts."""
        rows = (
            (r.file, _text(r.labels), _text(r.absent), _text(r.hints), r.split, json.dumps(dict(r.facts)))
            for r in records
        )
        insert = "INSERT OR IGNORE INTO records (file, labels, absent, hints, split, facts) VALUES (?, ?, ?, ?, ?, ?)"
        return self.base.executemany(insert, rows).rowcount

    def add_look(self, record: int, look: Look | str) -> None:
        """Keep what was seen of a record's picture, or why nothing was."""
        if isinstance(look, str):
            self.base.execute("INSERT INTO looks (record, error) VALUES (?, ?)", (record, look))
            return
        self.base.execute(
            "INSERT INTO looks VALUES (?, NULL, ?, ?, ?, ?, ?, ?)",
            (record, look.digest, look.pixels, look.width, look.height, look.hashes, json.dumps(look.traits)),
        )
        self.base.execute("INSERT INTO blobs VALUES (?, ?, ?)", (record, look.thumb, look.webp))


def _text(names: tuple[str, ...]) -> str:
    return json.dumps(names, ensure_ascii=False)
