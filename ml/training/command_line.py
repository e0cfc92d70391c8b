"""``python -m ml train`` and ``tune``: what the commands take that fill a run's folder.

The libraries they need are imported only when they run.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from ml.segmentation.experiment import TASK as OUTLINE  # the one task that draws instead of naming


def add_train(parser: argparse.ArgumentParser) -> None:
    """Train a task; stop and start again at will."""
    parser.add_argument("task")
    add_data(parser)
    parser.add_argument("--out", type=Path, help="the run's folder (default runs/TASK, or runs/TASK-quick)")
    parser.add_argument("--set", action="append", default=[], metavar="OPTION=VALUE", help="change one choice")
    parser.add_argument("--start", type=Path, help="begin with the best.safetensors of an earlier run")
    parser.add_argument(
        "--teachers", type=Path, nargs="+", default=[], help="folders of runs or releases to learn from"
    )
    parser.add_argument("--quick", action="store_true", help="1,000 photos, two epochs: does it work at all?")
    parser.add_argument("--tuned", action="store_true", help="begin with the choices that `tune` found in --out")
    parser.add_argument("--tensorboard", action="store_true", help="curves in the run's folder, beside log.csv")
    parser.add_argument("--find-lr", action="store_true", help="only try learning rates: lr.csv and lr.png in --out")
    parser.add_argument("--strangers", type=Path, help="lesion_outline: CSV of photos that show no lesion")

    def run(options: argparse.Namespace) -> int:
        if options.task != OUTLINE and options.find_lr:
            return _find_rate(options)
        best = _train_outline(options) if options.task == OUTLINE else _train(options)
        print(f"best weights: {best}")
        return 0

    parser.set_defaults(run=run, goes_on=True)


def _train_outline(options: argparse.Namespace) -> Path:
    from ml.segmentation.commands import train_outline

    return train_outline(*where(options), changes=options.set, quick=options.quick, strangers=options.strangers)


def _train(options: argparse.Namespace) -> Path:
    from ml.training.commands import train_task

    return train_task(
        options.task,
        *where(options),
        changes=options.set,
        quick=options.quick,
        start=options.start,
        teachers=options.teachers,
        tensorboard=options.tensorboard,
        tuned=options.tuned,
    )


def _find_rate(options: argparse.Namespace) -> int:
    from ml.training.commands import find_rate_task

    options.goes_on = False  # one short run, which is begun anew
    rate = find_rate_task(options.task, *where(options), changes=options.set)
    print(f"the loss falls fastest at learning_rate={rate:.2g}")
    return 0


def add_tune(parser: argparse.ArgumentParser) -> None:
    """Search for better choices; stop and start again at will."""
    parser.add_argument("task")
    add_data(parser)
    parser.add_argument("--out", type=Path, help="the study's folder (default runs/TASK, or runs/TASK-quick)")
    parser.add_argument("--trials", type=int, default=20, help="runs in all, those of earlier calls included")
    parser.add_argument("--search", nargs="+", metavar="OPTION", help="what to search over (default: the usual)")
    parser.add_argument("--set", action="append", default=[], metavar="OPTION=VALUE", help="change one choice")
    parser.add_argument("--quick", action="store_true", help="1,000 photos, two epochs a trial")

    def run(options: argparse.Namespace) -> int:
        from ml.training.commands import tune_task

        best = tune_task(
            options.task,
            *where(options),
            changes=options.set,
            trials=options.trials,
            search=options.search,
            quick=options.quick,
        )
        print(json.dumps(best, indent=2))
        return 0

    parser.set_defaults(run=run, goes_on=True)


def add_data(parser: argparse.ArgumentParser) -> None:
    """The options that every command about a data set has."""
    parser.add_argument("--data", type=Path, required=True, help="a CSV, a folder with TASK.csv, or label folders")
    parser.add_argument("--images", type=Path, nargs="+", default=[], help="zips or folder; found beside the CSV")


def where(options: argparse.Namespace) -> tuple[Path, tuple[Path, ...], Path]:
    """The data, the pictures, and the folder of the run; a quick one stays out of the real one's."""
    quick = "-quick" if getattr(options, "quick", False) else ""
    return options.data, tuple(options.images), options.out or Path("runs") / f"{options.task}{quick}"
