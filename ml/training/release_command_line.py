"""``python -m ml release``, ``evaluate`` and ``explain``: what the commands take that make and measure releases.

The libraries they need are imported only when they run.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from ml.command import add_registry
from ml.segmentation.experiment import TASK as OUTLINE  # the one task that draws instead of naming
from ml.training.command_line import add_data, where


def add_release(parser: argparse.ArgumentParser) -> None:
    """Calibrate a finished run, measure it and put it on the shelf."""
    parser.add_argument("task")
    add_data(parser)
    parser.add_argument("--out", type=Path, help="the run's folder (default runs/TASK)")
    parser.add_argument("--version", required=True, help="such as 2026.11.1; a release never changes")
    parser.add_argument("--weights", type=Path, nargs="+", default=[], help="instead of the best; of several, the mean")
    parser.add_argument("--strangers", type=Path, help="lesion_outline: CSV of photos that show no lesion")
    parser.add_argument("--masks", type=Path, help="CSV of photos with lesion outlines, for the pointing figure")
    parser.add_argument("--crops", type=Path, help="lesion_outline: CSV of human_skin, does cutting out help?")
    add_registry(parser)

    def run(options: argparse.Namespace) -> int:
        if options.task == OUTLINE:
            from ml.segmentation.commands import release_run

            card = release_run(
                *where(options),
                version=options.version,
                strangers=options.strangers,
                crops=options.crops,
                registry=options.registry,
            )
        else:
            from ml.training.releasing import release_task

            card = release_task(
                options.task,
                *where(options),
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
    add_data(parser)
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
        written = f"written to {out}: report.md, measured.json, answers.csv and plots"
        print(written if out else "nothing can be written here; --out names a folder for the report", file=sys.stderr)
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
    add_data(parser)
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
