"""``python -m ml train``, ``tune``, ``release``, ``evaluate`` and ``explain``: what the training commands take.

The libraries they need are imported only when they run.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from ml.command import add_registry
from ml.segmentation.experiment import TASK as OUTLINE  # the one task that draws instead of naming


def add_train(parser: argparse.ArgumentParser) -> None:
    """Train a task; stop and start again at will."""
    parser.add_argument("task")
    _data(parser)
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
        given = _given(options)
        if options.task == OUTLINE:
            from ml.segmentation.commands import train_outline

            best = train_outline(*given, changes=options.set, quick=options.quick, strangers=options.strangers)
            print(f"best weights: {best}")
            return 0
        from ml.training.commands import find_rate_task, train_task

        if options.find_lr:
            rate = find_rate_task(options.task, *given, changes=options.set)
            print(f"the loss falls fastest at learning_rate={rate:.2g}")
            return 0
        best = train_task(
            options.task,
            *given,
            changes=options.set,
            quick=options.quick,
            start=options.start,
            teachers=options.teachers,
            tensorboard=options.tensorboard,
            tuned=options.tuned,
        )
        print(f"best weights: {best}")
        return 0

    parser.set_defaults(run=run, goes_on=True)


def add_tune(parser: argparse.ArgumentParser) -> None:
    """Search for better choices; stop and start again at will."""
    parser.add_argument("task")
    _data(parser)
    parser.add_argument("--out", type=Path, help="the study's folder (default runs/TASK, or runs/TASK-quick)")
    parser.add_argument("--trials", type=int, default=20, help="runs in all, those of earlier calls included")
    parser.add_argument("--search", nargs="+", metavar="OPTION", help="what to search over (default: the usual)")
    parser.add_argument("--set", action="append", default=[], metavar="OPTION=VALUE", help="change one choice")
    parser.add_argument("--quick", action="store_true", help="1,000 photos, two epochs a trial")

    def run(options: argparse.Namespace) -> int:
        from ml.training.commands import tune_task

        best = tune_task(
            options.task,
            *_given(options),
            changes=options.set,
            trials=options.trials,
            search=options.search,
            quick=options.quick,
        )
        print(json.dumps(best, indent=2))
        return 0

    parser.set_defaults(run=run, goes_on=True)


def add_release(parser: argparse.ArgumentParser) -> None:
    """Calibrate a finished run, measure it and put it on the shelf."""
    parser.add_argument("task")
    _data(parser)
    parser.add_argument("--out", type=Path, help="the run's folder (default runs/TASK)")
    parser.add_argument("--version", required=True, help="such as 2026.11.1; a release never changes")
    parser.add_argument("--weights", type=Path, nargs="+", default=[], help="instead of the best; of several, the mean")
    parser.add_argument("--strangers", type=Path, help="lesion_outline: CSV of photos that show no lesion")
    parser.add_argument("--masks", type=Path, help="CSV of photos with lesion outlines, for the pointing figure")
    add_registry(parser)

    parser.add_argument("--crops", type=Path, help="lesion_outline: CSV of human_skin, does cutting out help?")

    def run(options: argparse.Namespace) -> int:
        if options.task == OUTLINE:
            from ml.segmentation.commands import release_run

            card = release_run(
                *_given(options),
                version=options.version,
                strangers=options.strangers,
                crops=options.crops,
                registry=options.registry,
            )
            print(json.dumps(card.measured["metrics"], indent=2))
            return 0
        from ml.training.commands import release_task

        card = release_task(
            options.task,
            *_given(options),
            version=options.version,
            masks=options.masks,
            weights=options.weights,
            registry=options.registry,
        )
        print(json.dumps(card.measured["metrics"], indent=2))
        return 0

    parser.set_defaults(run=run)


def add_evaluate(parser: argparse.ArgumentParser) -> None:
    """Measure a released model on any labelled set; stop and start again at will."""
    parser.add_argument("task")
    _data(parser)
    parser.add_argument("--split", help="rows of this split, or all (default: val where there is one, else all)")
    parser.add_argument("--out", type=Path, help="folder for JSON, Markdown and plots (default runs/evaluate-TASK)")
    parser.add_argument("--version", help="a release (default: the newest)")
    add_registry(parser)

    def run(options: argparse.Namespace) -> int:
        from ml.training.evaluation import evaluate_task

        out = options.out or _writable(Path("runs") / f"evaluate-{options.task}")
        measured = evaluate_task(
            options.task,
            options.data,
            tuple(options.images),
            split=options.split,
            out=out,
            registry=options.registry,
            version=options.version,
        )
        print(json.dumps(measured, indent=2, ensure_ascii=False))
        where = f"written to {out}: report.md, measured.json, answers.csv and plots"
        print(where if out else "nothing can be written here; --out names a folder for the report", file=sys.stderr)
        return 1 if measured["unreadable"] else 0

    parser.set_defaults(run=run, goes_on=True)


def _writable(folder: Path) -> Path | None:
    """The folder, made if need be; None where none can be made: figures are printed all the same."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    return folder


def add_explain(parser: argparse.ArgumentParser) -> None:
    """Give a release its explanation figures, checks and look-alikes."""
    parser.add_argument("task")
    _data(parser)
    parser.add_argument("--masks", type=Path, help="CSV of photos with lesion outlines, for the pointing figure")
    parser.add_argument("--version", help="a release (default: the newest)")
    add_registry(parser)

    def run(options: argparse.Namespace) -> int:
        from ml.training.explaining import explain_release

        card = explain_release(
            options.task,
            options.data,
            tuple(options.images),
            masks=options.masks,
            registry=options.registry,
            version=options.version,
        )
        print(json.dumps({"checks": card.checks, "lookalikes": card.lookalikes}, indent=2))
        return 0

    parser.set_defaults(run=run)


def _data(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, required=True, help="a CSV, a folder with TASK.csv, or label folders")
    parser.add_argument("--images", type=Path, nargs="+", default=[], help="zips or folder; found beside the CSV")


def _given(options: argparse.Namespace) -> tuple[Path, tuple[Path, ...], Path]:
    """The data, the pictures, and the folder of the run; a quick one stays out of the real one's."""
    quick = "-quick" if getattr(options, "quick", False) else ""
    return options.data, tuple(options.images), options.out or Path("runs") / f"{options.task}{quick}"
