"""``python -m ml prepare``: any folder or zip of medical pictures becomes a set to train on, with a report."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command; the libraries it needs are imported only when it runs."""
    parser.add_argument("source", type=Path, metavar="SOURCE", help="a folder, a zip or an npz")
    parser.add_argument("--out", type=Path, required=True, help="folder for the set; a stopped run goes on there")
    parser.add_argument("--name", help="of the table and the shards, such as dog_skin (default: the folder's name)")
    parser.add_argument("--format", default="", help="of the source, where finding out goes wrong; see docs/prepare.md")
    parser.add_argument("--side", type=int, default=288, help="px that the short side has at most (default 288)")
    parser.add_argument("--val", type=float, default=0.15, help="share for validation (default 0.15)")
    parser.add_argument("--split", choices=("new", "keep"), default="new", help="draw a split, or keep the source's")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=2, help="processes that read pictures (default 2)")
    parser.set_defaults(run=_run, goes_on=True)


def _run(options: argparse.Namespace) -> int:
    from ml.datasets.prepare import Choices, prepare

    choices = Choices(
        source=str(options.source.resolve()),
        name=options.name or options.out.resolve().name,
        format=options.format,
        side=options.side,
        val=options.val,
        split=options.split,
        seed=options.seed,
    )
    report = prepare(choices, out=options.out, workers=options.workers)
    for leak in report.leaks:
        print(f"leak: {leak['kind']}: {leak['detail']}")
    print(
        f"{report.images} pictures in {report.groups} groups, {report.duplicates} copies left out,"
        f" {report.bad} files not usable; see {options.out / 'report.html'}"
    )
    return 0
