"""Whose folder it is: that of a run or a search is never filled with those of other choices or other data."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, fields
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from ml.training.choices import Choices


class Traces(NamedTuple):
    """What work leaves in its folder: its name in a sentence, and the files of its choices, its rows and its state."""

    work: str
    experiment: str
    data: str
    state: str  # there from the first finished step on


RUN = Traces("a run", "experiment.json", "data.json", "state.pt")
SEARCH = Traces("a search", "study-experiment.json", "study-data.json", "study.db")


def claim(out: Path, experiment: Choices, rows: pd.DataFrame, left: Traces = RUN) -> None:
    """Write into ``out`` which choices and which rows its work is of; work that knows no rows yet takes these.

    Raises:
        ValueError: other work of that kind has begun there.
    """
    choices = json.loads(json.dumps(asdict(experiment)))  # type: ignore[call-overload]  # a dataclass, as every subclass is
    data = {"rows": len(rows), "sha256": hashlib.sha256(rows.to_csv(index=False).encode()).hexdigest()}
    if (out / left.state).is_file():
        if others := _others(choices, experiment, _written(out / left.experiment)):
            raise ValueError(
                f"{out} holds {left.work} with another {', '.join(others)}; name another folder with --out"
            )
        if _written(out / left.data) not in ({}, data):
            raise ValueError(f"{out} holds {left.work} on other data; name another folder with --out")
    out.mkdir(parents=True, exist_ok=True)
    (out / left.experiment).write_text(json.dumps(choices, indent=2) + "\n")
    (out / left.data).write_text(json.dumps(data) + "\n")


def _others(choices: dict[str, object], experiment: Choices, written: dict[str, object]) -> list[str]:
    """The choices of a run that are not these; what did not exist when it was written had its default."""
    if not written:
        return []
    defaults = {field.name: field.default for field in fields(experiment)}  # type: ignore[arg-type]
    known = json.loads(json.dumps(defaults | written))
    return sorted(name for name, value in known.items() if choices.get(name) != value)


def _written(path: Path) -> dict[str, object]:
    return dict(json.loads(path.read_text())) if path.is_file() else {}
