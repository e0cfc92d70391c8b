"""Data sets that are a table with known columns beside the pictures: find the tables, and each row's picture."""

from __future__ import annotations

from collections.abc import Iterator

from ml.datasets.source import Entry, Source


def tables_with(source: Source, columns: set[str]) -> list[Entry]:
    """The tables whose header has all of ``columns``."""
    return [table for table in source.tables() if source.header(table) >= columns]


def photo_rows(source: Source, columns: set[str], image: str) -> Iterator[tuple[Entry, dict[str, str], Entry]]:
    """Each row of those tables with its table and its picture, named in column ``image``; a missing one is counted."""
    for table in tables_with(source, columns):
        for row in source.rows(table):
            photo = source.photo(row[image])
            if photo is None:
                source.store.add_bad(row[image], f"named in {table.name}, but there is no such picture")
            else:
                yield table, row, photo
