"""What a released model answers to the photos of a pack, asked one by one as serving asks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from PIL import Image
from tqdm import tqdm

from ml.cards import ModelCard
from ml.inference import Diagnoser, Finding, UnreadablePhoto, read_photo
from ml.training.data import Pack
from ml.training.metrics import Floats
from ml.training.pictures import read_picture
from ml.training.unfinished import Said, Unfinished

SIZES = ("too_small", "too_long", "too_many_bytes", "too_many_pixels")  # measured all the same: sets hold such photos
COLUMNS = ("abstained", "reason", "in_scope", "alerts", "dangerous", "faithful", "steady", "ms")  # of a finding
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


def ask(diagnoser: Diagnoser, pack: Pack, unfinished: Path | None = None) -> tuple[Answers, dict[str, str]]:
    """Every photo's answer, and a sentence for each photo that could not be read.

    Photos of a size that serving refuses are read as training reads them.

    Args:
        unfinished: File that keeps the answers while they come, and that a stopped call goes on from.

    Raises:
        ValueError: not one photo could be read.
    """
    kept = Unfinished(diagnoser.card, unfinished)
    said: list[Said] = []
    unreadable: dict[str, str] = {}
    rows = []
    for row, data in enumerate(tqdm(pack.files(), total=len(pack.table), unit="photo", mininterval=5)):
        try:
            said.append(_said(diagnoser, kept, pack.table.iloc[row], data))
            rows.append(row)
        except UnreadablePhoto as error:
            unreadable[str(pack.table["image"].iloc[row])] = str(error)
    if not rows:
        raise ValueError(
            f"none of the {len(pack.table)} photos can be read; the first: {next(iter(unreadable.items()))}"
        )
    readable = Pack(pack.table.iloc[rows].reset_index(drop=True), pack.images)
    return _answers(diagnoser.card, readable, said), unreadable


def _said(diagnoser: Diagnoser, kept: Unfinished, row: Any, data: bytes | None) -> Said:
    if data is None:
        raise UnreadablePhoto("unreadable", MISSING)
    about = dict(_about(row))
    return kept.answer(data, about, lambda: _of(diagnoser.diagnose(_picture(str(row["image"]), data), **about)))


def _picture(name: str, data: bytes) -> Image.Image:
    try:
        return read_photo(data)
    except UnreadablePhoto as error:
        if error.code not in SIZES:
            raise
        return read_picture(name, data)


def _of(finding: Finding) -> Said:
    probability = {candidate.label: candidate.probability for candidate in finding.candidates}
    return {"probability": probability} | {name: getattr(finding, name) for name in COLUMNS}


def _about(row: Any) -> Iterator[tuple[str, Any]]:
    """Age, sex and site, as far as the table knows them."""
    age = pd.to_numeric(row.get("age"), errors="coerce")
    if pd.notna(age):
        yield "age", float(age)
    for name in ("sex", "site"):
        if pd.notna(row.get(name)):
            yield name, str(row[name])


def _answers(card: ModelCard, pack: Pack, said: list[Said]) -> Answers:
    return Answers(
        table=pack.table,
        probability=np.array([[one["probability"][label] for label in card.labels] for one in said]),
        targets=pack.targets(card.labels).numpy(),
        groups=pack.groups,
        said=pd.DataFrame(said)[list(COLUMNS)],
    )
