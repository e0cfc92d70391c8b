"""Opens the database so that nobody else on the machine can read it, whatever folder it lies in."""

import os
import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import Any


class PrivateConnection(sqlite3.Connection):
    """Makes a new database with mode 0600; SQLite gives the files beside it the same."""

    def __init__(self, database: str | Path, *arguments: Any, **options: Any) -> None:
        if not str(database).startswith(("file:", ":memory:")):  # those have no file, or their own wish
            # O_EXCL: to close a database that another thread has open would take its locks. SQLite says what is wrong.
            with suppress(OSError):
                os.close(os.open(database, os.O_CREAT | os.O_EXCL, 0o600))
        super().__init__(database, *arguments, **options)
