"""The pack that the intake model learns from: photos of every task, named after it, and photos of anything else."""

from __future__ import annotations

import zlib
from pathlib import Path

import pandas as pd

from ml.intake import INTAKE, OTHER, TASKS
from ml.training.data import Pack

__all__ = ["INTAKE", "intake_pack"]

STRANGERS = "not_a_lesion"
MOST = {"train": 3000, "val": 850}  # photos of one task: more do not move a linear layer
HELD_OUT = 0.4  # share of the strangers that measures the gate and is never learnt from


def intake_pack(data: Path) -> Pack:
    """Rows of all packs in a folder, labelled with their task, or with "other" for photos that show no lesion.

    Raises:
        FileNotFoundError: a pack's table is not there.
    """
    parts = [_task_rows(data, task) for task in TASKS] + [_strange_rows(data)]
    table = pd.concat(parts, ignore_index=True)[["image", "label", "group", "split"]]
    return Pack(table, tuple(sorted(data.glob("*.zip"))) or (data,))


def held_out_strangers(strangers: Pack) -> Pack:
    """The photos of a stranger pack that the intake model did not learn from."""
    kept = [_part(row) == "val" for row in strangers.table.itertuples()]
    return Pack(strangers.table[kept].reset_index(drop=True), strangers.images)


def _task_rows(data: Path, task: str) -> pd.DataFrame:
    table = pd.read_csv(data / f"{task}.csv", dtype={"group": str})
    parts = [table[table["split"] == split] for split in MOST]
    some = [part.sample(min(len(part), MOST[split]), random_state=0) for split, part in zip(MOST, parts, strict=True)]
    return pd.concat(some).assign(label=task)


def _strange_rows(data: Path) -> pd.DataFrame:
    table = pd.read_csv(data / f"{STRANGERS}.csv")
    split = [_part(row) for row in table.itertuples()]
    return table.assign(split=split, group=table["label"], label=OTHER)


def _part(row: object) -> str:
    """Whole kinds of things are held out where the pack names many kinds; of cats and dogs, photo by photo."""
    kind, image = str(getattr(row, "label", "")), str(getattr(row, "image", ""))
    key = image if getattr(row, "origin", "") == "dogs_vs_cats" else kind
    return "val" if zlib.crc32(key.encode()) % 100 < HELD_OUT * 100 else "train"
