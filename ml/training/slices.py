"""The same figures for parts of a data set: by camera, source, age, sex, skin type and known artefacts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

FEW = 20  # photos; below, figures are shown and marked
COLUMNS = {  # column of the table -> what the slice is called
    "modality": "modality",
    "origin": "source",
    "source": "source",
    "age": "age",
    "sex": "sex",
    "fitzpatrick": "skin type",
    "skin_type": "skin type",
    "site": "site",
    "species": "species",
    "black_corners": "black corners",
    "colour_band": "colour band",
}
ARTEFACTS = ("black_corners", "colour_band")  # counted or flagged; a slice is with and without
AGES = (0, 18, 30, 50, 70, 200)  # years; a band begins at each
SKIN_TYPES = {"1": "I", "2": "II", "3": "III", "4": "IV", "5": "V", "6": "VI"}

Rows = NDArray[np.bool_]


def slices(table: pd.DataFrame) -> Iterator[tuple[str, str, Rows]]:
    """Name, value and rows, bool (N,), of every part; a photo without a value is in none of that column."""
    for column, name in COLUMNS.items():
        if column not in table:
            continue
        values = _words(column, table[column])
        for value in _in_order(values):
            yield name, value, (values == value).to_numpy(dtype=bool, na_value=False)


def _words(column: str, values: pd.Series[Any]) -> pd.Series[Any]:
    if column == "age":
        years = pd.to_numeric(values, errors="coerce")
        bands = [f"{low}–{high - 1}" for low, high in zip(AGES, AGES[1:], strict=False)]
        bands[-1] = f"{AGES[-2]} and over"
        return pd.cut(years, list(AGES), right=False, labels=bands).astype("string")
    if column in ARTEFACTS:
        marked = pd.to_numeric(values, errors="coerce")
        return marked.gt(0).map({True: "yes", False: "no"}).where(marked.notna()).astype("string")
    words = values.astype("string").str.strip().str.removesuffix(".0")
    return words.replace(SKIN_TYPES) if column in ("fitzpatrick", "skin_type") else words


def _in_order(values: pd.Series[Any]) -> list[str]:
    """Ages from young to old, everything else by name; an empty word is no value."""
    found = [str(value) for value in values.dropna().unique() if value not in ("", "nan", "unknown")]
    return sorted(found, key=lambda word: (int(begin[0]) if (begin := re.match(r"\d+", word)) else -1, word))
