"""The table of a data set, as spreadsheets and other programs write it."""

from __future__ import annotations

import warnings
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterable
from io import StringIO
from pathlib import Path

import pandas as pd

from ml.datasets.importers import names

WORDS = ("image", "label", "group", "split", "mask")  # columns that are no numbers, whatever their cells look like
LOWER = ("split", "sex", "site")


def read_table(csv: Path, needed: Iterable[str] = ("image", "label")) -> pd.DataFrame:
    """Rows of a CSV with commas, semicolons or tabs, in UTF-8 or UTF-16, without spaces around names and cells.

    Column names, splits, sex and site are in lower case, labels as ``names.label`` writes them.

    Raises:
        ValueError: it is no such table, has no row, or lacks a column of ``needed``; one sentence says which.
    """
    table = _parsed(csv)
    if missing := set(needed) - set(table.columns):
        raise ValueError(f"{csv.name} lacks the column {', '.join(sorted(missing))}")
    if table.empty:
        raise ValueError(f"{csv.name} has column names and no row")
    for name in table.columns[[pd.api.types.is_string_dtype(kind) for kind in table.dtypes]]:
        table[name] = table[name].map(lambda cell: (cell.strip() or None) if isinstance(cell, str) else cell)
    for name in set(LOWER) & set(table.columns):
        table[name] = table[name].map(lambda cell: cell.lower() if isinstance(cell, str) else cell)
    if "label" in table:
        table["label"] = table["label"].map(_as_written_here)
    return table


def labels_in(cell: object) -> list[str]:
    """The labels that a cell names, ";" between them."""
    return [label.strip() for label in str(cell).split(";")]


def _as_written_here(cell: object) -> object:
    """``Ringworm; Flea allergy`` as ``ringworm;flea_allergy``; an empty cell as it is."""
    return (
        ";".join(label for part in labels_in(cell) if (label := names.label(part))) if isinstance(cell, str) else cell
    )


def _parsed(csv: Path) -> pd.DataFrame:
    head, _, rows = _text(csv).partition("\n")
    comma = next((mark for mark in (",", "\t", ";") if mark in head), ",")
    columns = comma.join(name.strip().lower() for name in head.split(comma))
    kinds = dict.fromkeys(WORDS, str)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)  # cells without a column
            return pd.read_csv(
                StringIO(f"{columns}\n{rows}"), sep=comma, dtype=kinds, index_col=False, skipinitialspace=True
            )
    except pd.errors.ParserWarning as error:
        raise ValueError(f"{csv.name} is no table: its rows have more cells than its first line has names") from error
    except pd.errors.ParserError as error:
        raise ValueError(f"{csv.name} is no table: {str(error).rpartition('error: ')[2].strip()}") from error


def _text(csv: Path) -> str:
    data = csv.read_bytes()
    try:
        text = data.decode("utf-16" if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"{csv.name} is not in UTF-8; save it again as CSV UTF-8") from error
    if not text.strip():
        raise ValueError(f"{csv.name} is empty")
    return text.replace("\r\n", "\n").replace("\r", "\n")
