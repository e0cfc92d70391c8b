"""The table of a data set, as spreadsheets and other programs write it."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pandas as pd


def read_table(csv: Path) -> pd.DataFrame:
    """Rows of a CSV with commas or semicolons, without spaces around names and cells; labels and splits in lower case.

    Raises:
        ValueError: it is no such table, has no row, or lacks the column image or label; one sentence says which.
    """
    table = _parsed(csv)
    if missing := {"image", "label"} - set(table.columns):
        raise ValueError(f"{csv.name} lacks the column {', '.join(sorted(missing))}")
    if table.empty:
        raise ValueError(f"{csv.name} has column names and no row")
    for name in table.columns[[pd.api.types.is_string_dtype(kind) for kind in table.dtypes]]:
        table[name] = table[name].map(lambda cell: (cell.strip() or None) if isinstance(cell, str) else cell)
    for name in {"label", "split"} & set(table.columns):
        table[name] = table[name].map(lambda cell: cell.lower() if isinstance(cell, str) else cell)
    return table


def labels_in(cell: object) -> list[str]:
    """The labels that a cell names, ";" between them."""
    return [label.strip() for label in str(cell).split(";")]


def _parsed(csv: Path) -> pd.DataFrame:
    head, _, rows = _text(csv).partition("\n")
    comma = ";" if ";" in head and "," not in head else ","
    names = comma.join(name.strip() for name in head.split(comma))
    try:
        return pd.read_csv(StringIO(f"{names}\n{rows}"), sep=comma, dtype={"group": str})
    except pd.errors.ParserError as error:
        raise ValueError(f"{csv.name} is no table: {str(error).rpartition('error: ')[2].strip()}") from error


def _text(csv: Path) -> str:
    try:
        text = csv.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"{csv.name} is not in UTF-8; save it again as CSV UTF-8") from error
    if not text.strip():
        raise ValueError(f"{csv.name} is empty")
    return text
