"""What a release needs to know of other photos: those of every other task, and of things that are no lesion."""

from __future__ import annotations

import zlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ml.intake import OTHER, Intake
from ml.training.data import Pack
from ml.training.experiment import EXPERIMENTS
from ml.training.fitting import fit_linear
from ml.training.metrics import Floats, interval, mean_auroc, share

STRANGERS = "not_a_lesion"
MOST = {"train": 3000, "val": 850}  # photos of one task: more do not move a linear layer
HELD_OUT = 0.4  # share of the strangers that measures the intake and is never learnt from
TURNED_AWAY = 0.015  # share of a task's own photos whose kinship may be too small
ENOUGH = 0.75  # kinship that no task asks more than: photos of a kind never seen before have less than those on val
STRENGTH = 3e-3  # of the fit against its penalty, over standardised statistics: at 1e-3 and 3e-2 it tells less
Named = NDArray[np.str_]


def intake_pack(data: Path, task: str) -> Pack | None:
    """Rows of all packs in a folder, labelled with their task, or with "other" for photos that show no lesion.

    None where the folder has no pack of ``task``, or none of strangers: then there is nothing to tell apart.
    """
    tasks = [name for name in EXPERIMENTS if (data / f"{name}.csv").is_file()]
    if task not in tasks or not (data / f"{STRANGERS}.csv").is_file():
        return None
    parts = [_task_rows(data, name) for name in tasks] + [_strange_rows(data)]
    table = pd.concat(parts, ignore_index=True)[["image", "label", "split"]]
    return Pack(table, tuple(sorted(data.glob("*.zip"))) or (data,))


def fit_intake(task: str, statistics: Floats, named: Named) -> Intake:
    """A linear classifier, by logistic regression in which every label weighs the same, however common.

    Args:
        statistics: What the task's network says of photos to learn from, (N, D). named: Their labels, (N,).
    """
    labels, weight, bias = fit_linear(statistics, named, strength=STRENGTH, balanced=True)
    return Intake(task, tuple(map(str, labels)), weight.T.astype(np.float32), bias.astype(np.float32))


def with_least(intake: Intake, statistics: Floats, named: Named) -> Intake:
    """The intake with the kinship that all but ``TURNED_AWAY`` of the task's held-out photos reach, or ``ENOUGH``.

    Args:
        statistics: Of held-out photos, (M, D). named: What each of them shows, (M,).
    """
    kin = intake.kinship(intake.shares(statistics[named == intake.task]))
    return replace(intake, least=min(ENOUGH, round(float(np.quantile(kin, TURNED_AWAY)), 5)))


def intake_figures(intake: Intake, statistics: Floats, named: Named) -> dict[str, dict[str, float]]:
    """How well the task's held-out photos are told from strangers, and who is let in: they, strangers, other tasks'.

    Args:
        statistics: Of held-out photos, (M, D). named: What each of them shows, (M,).
    """
    shares = intake.shares(statistics)
    kin, own, strange = intake.kinship(shares)[:, None], named == intake.task, named == OTHER
    let_in = np.array([intake.belongs(row[None]) for row in shares])[:, None].astype(float)
    either = own | strange

    kinds = {"own_let_in": own, "strangers_let_in": strange, "others_let_in": ~either}
    return {
        "scope_auroc": interval(mean_auroc, kin[either], own[either].astype(float)[:, None]),
        **{
            name: interval(lambda p, _t: share(p[:, 0] > 0), let_in[rows], let_in[rows])
            for name, rows in kinds.items()
            if rows.any()
        },
    }


def _task_rows(data: Path, task: str) -> pd.DataFrame:
    table = pd.read_csv(data / f"{task}.csv")
    parts = [table[table["split"] == split] for split in MOST]
    some = [part.sample(min(len(part), MOST[split]), random_state=0) for split, part in zip(MOST, parts, strict=True)]
    return pd.concat(some).assign(label=task)


def _strange_rows(data: Path) -> pd.DataFrame:
    table = pd.read_csv(data / f"{STRANGERS}.csv")
    split = [_part(row) for row in table.itertuples()]
    return table.assign(split=split, label=OTHER)


def _part(row: object) -> str:
    """Whole kinds of things are held out where the pack names many kinds; of cats and dogs, photo by photo."""
    kind, image = str(getattr(row, "label", "")), str(getattr(row, "image", ""))
    key = image if getattr(row, "origin", "") == "dogs_vs_cats" else kind
    return "val" if zlib.crc32(key.encode()) % 100 < HELD_OUT * 100 else "train"
