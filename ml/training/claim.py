"""Whose folder a run's is: one of finished weights is never filled with those of other choices or other data."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, fields
from pathlib import Path

import pandas as pd

from ml.training.choices import Choices

EXPERIMENT, DATA, STATE = "experiment.json", "data.json", "state.pt"


def claim(out: Path, experiment: Choices, rows: pd.DataFrame) -> None:
    """Write into ``out`` which choices and which rows its run is of; a run that knows no rows yet takes these.

    Raises:
        ValueError: another run has finished an epoch there.
    """
    choices = json.loads(json.dumps(asdict(experiment)))  # type: ignore[call-overload]  # a dataclass, as every subclass is
    data = {"rows": len(rows), "sha256": hashlib.sha256(rows.to_csv(index=False).encode()).hexdigest()}
    if (out / STATE).is_file():
        if others := _others(choices, experiment, _written(out / EXPERIMENT)):
            raise ValueError(f"{out} holds a run with another {', '.join(others)}; name another folder with --out")
        if _written(out / DATA) not in ({}, data):
            raise ValueError(f"{out} holds a run on other data; name another folder with --out")
    out.mkdir(parents=True, exist_ok=True)
    (out / EXPERIMENT).write_text(json.dumps(choices, indent=2) + "\n")
    (out / DATA).write_text(json.dumps(data) + "\n")


def _others(choices: dict[str, object], experiment: Choices, written: dict[str, object]) -> list[str]:
    """The choices of a run that are not these; what did not exist when it was written had its default."""
    if not written:
        return []
    defaults = {field.name: field.default for field in fields(experiment)}  # type: ignore[arg-type]
    known = json.loads(json.dumps(defaults | written))
    return sorted(name for name, value in known.items() if choices.get(name) != value)


def _written(path: Path) -> dict[str, object]:
    return dict(json.loads(path.read_text())) if path.is_file() else {}
