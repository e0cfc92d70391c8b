"""``python -m ml export``: gives a release the files that the CPU runtime serves."""

from __future__ import annotations

import argparse
from pathlib import Path

from ml.releases import REGISTRY


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes, and what it does."""
    parser.add_argument("task")
    parser.add_argument("--version", help="a release (default: the newest)")
    parser.add_argument("--registry", type=Path, default=REGISTRY, help="where released models are")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    from ml.runtime.export import add_export

    card = add_export(options.task, options.version, options.registry)
    print(f"{card.task} {card.version}: {card.runtime_sha256}")
    return 0
