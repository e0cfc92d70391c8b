"""What a released model answers to the photos of a pack, asked one by one as serving asks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from tqdm import tqdm

from ml.cards import ModelCard
from ml.inference import Diagnoser, Finding, UnreadablePhoto, read_photo
from ml.training.data import Pack
from ml.training.metrics import Floats

MISSING = "It is not in the images given, more than one there may be it, or its zip is damaged."


@dataclass(frozen=True)
class Answers:
    """The answered photos, row by row in every field."""

    table: pd.DataFrame  # their rows of the data set
    probability: Floats  # calibrated, (N, K)
    targets: Floats  # (N, K), 1 where a label is named
    groups: tuple[str, ...]  # animal, patient or lesion; () where the table does not say
    said: pd.DataFrame  # abstained, reason, in_scope, alerts, dangerous, faithful, steady, ms

    def part(self, rows: NDArray[np.bool_]) -> Answers:
        """Only the photos where ``rows``, bool (N,), is true."""
        groups = tuple(np.asarray(self.groups)[rows]) if self.groups else ()
        return Answers(self.table[rows], self.probability[rows], self.targets[rows], groups, self.said[rows])


def ask(diagnoser: Diagnoser, pack: Pack) -> tuple[Answers, dict[str, str]]:
    """Every photo's answer, and a sentence for each photo that could not be read.

    Raises:
        ValueError: not one photo could be read.
    """
    findings: list[Finding] = []
    unreadable: dict[str, str] = {}
    rows = []
    for row, data in enumerate(tqdm(pack.files(), total=len(pack.table), unit="photo", mininterval=5)):
        try:
            findings.append(_finding(diagnoser, pack.table.iloc[row], data))
            rows.append(row)
        except UnreadablePhoto as error:
            unreadable[str(pack.table["image"].iloc[row])] = str(error)
    if not rows:
        raise ValueError(
            f"none of the {len(pack.table)} photos can be read; the first: {next(iter(unreadable.items()))}"
        )
    readable = Pack(pack.table.iloc[rows].reset_index(drop=True), pack.images)
    return _answers(diagnoser.card, readable, findings), unreadable


def _finding(diagnoser: Diagnoser, row: Any, data: bytes | None) -> Finding:
    if data is None:
        raise UnreadablePhoto("unreadable", MISSING)
    return diagnoser.diagnose(read_photo(data), **dict(_about(row)))


def _about(row: Any) -> Iterator[tuple[str, Any]]:
    """Age, sex and site, as far as the table knows them."""
    age = pd.to_numeric(row.get("age"), errors="coerce")
    if pd.notna(age):
        yield "age", float(age)
    for name in ("sex", "site"):
        if pd.notna(row.get(name)):
            yield name, str(row[name])


def _answers(card: ModelCard, pack: Pack, findings: list[Finding]) -> Answers:
    by_label = [{c.label: c.probability for c in finding.candidates} for finding in findings]
    columns = ("abstained", "reason", "in_scope", "alerts", "dangerous", "faithful", "steady", "ms")
    return Answers(
        table=pack.table,
        probability=np.array([[said[label] for label in card.labels] for said in by_label]),
        targets=pack.targets(card.labels).numpy(),
        groups=pack.groups,
        said=pd.DataFrame([{name: getattr(finding, name) for name in columns} for finding in findings]),
    )
