"""What age, sex and place on the skin say of each label, counted on training rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ml.cards import ModelCard
from ml.context import evidence, facts

PRIOR = 20.0  # photos' worth of "says nothing" that each count starts from
LIMIT = 1.0  # no fact alone may rule a label in or out: the counts are small and the source is not the street


def fit_rows(table: pd.DataFrame, labels: tuple[str, ...]) -> dict[str, list[float]]:
    """For each fact, log P(fact | label) − log P(fact), per label, of training rows with age, sex, site columns.

    Naive Bayes with smoothed counts, within each ``modality`` and averaged by its photos of the label: whether a fact
    is known at all, and which, follows the source of a photo, and the source must not speak.
    """
    parts = [part for _name, part in table.groupby("modality")] if "modality" in table else [table]
    known = [pd.Series([facts(*_row(row)) for row in part.itertuples()], index=part.index) for part in parts]
    names = sorted({fact for column in known for row in column for fact in row})
    return {name: _row_of(name, parts, known, labels) for name in names}


def known_of(card: ModelCard, table: pd.DataFrame) -> NDArray[np.float32]:
    """What the card hears in the age, sex and site of each row, float32 (N, K) to add to the logits."""
    said = [evidence(card.context, facts(*_row(row)), len(card.labels)) for row in table.itertuples()]
    return np.asarray(said, np.float32).reshape(len(table), len(card.labels))


def _row(row: Any) -> tuple[float | None, str | None, str | None]:
    age, sex, site = (getattr(row, name, None) for name in ("age", "sex", "site"))
    return float(age) if pd.notna(age) else None, sex, site


def _row_of(name: str, parts: list[pd.DataFrame], known: list[pd.Series], labels: tuple[str, ...]) -> list[float]:
    kind = name.split(":")[0]
    total, weight = np.zeros(len(labels)), np.full(len(labels), 1e-9)
    for part, column in zip(parts, known, strict=True):
        told = column.map(lambda row: any(fact.startswith(f"{kind}:") for fact in row))
        holds = column.map(lambda row: name in row)
        n = np.array([(told & (part["label"] == label)).sum() for label in labels], float)
        k = np.array([(holds & (part["label"] == label)).sum() for label in labels], float)
        share = (k.sum() + 1) / (n.sum() + 2)
        total += n * np.log((k + PRIOR * share) / (n + PRIOR) / share)
        weight += n
    return [round(float(value), 4) for value in np.clip(total / weight, -LIMIT, LIMIT)]
