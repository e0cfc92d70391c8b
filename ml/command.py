"""``python -m ml predict``, ``segment`` and ``cards``: what a command line asks released models."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from ml.inference import REGISTRY, model_card, released_models


def add_registry(parser: argparse.ArgumentParser) -> None:
    """The option that every command about releases has."""
    parser.add_argument("--registry", type=Path, default=REGISTRY, help="where released models are")


def add_predict(parser: argparse.ArgumentParser) -> None:
    """Photos or folders in, one JSON object a line out."""
    parser.add_argument("task")
    parser.add_argument("paths", type=Path, nargs="+", metavar="PATH")
    parser.add_argument("--heatmaps", type=Path, help="folder for one grey PNG per photo")
    add_registry(parser)

    def run(options: argparse.Namespace) -> int:
        from ml.predict import predict_lines

        return _print_lines(predict_lines(options.task, options.paths, options.heatmaps, options.registry))

    parser.set_defaults(run=run)


def add_segment(parser: argparse.ArgumentParser) -> None:
    """Photos or folders in, one mask each out."""
    parser.add_argument("paths", type=Path, nargs="+", metavar="PATH")
    parser.add_argument("--out", type=Path, required=True, help="folder for one PNG, 0 or 255, per photo")
    add_registry(parser)

    def run(options: argparse.Namespace) -> int:
        from ml.segmentation.segment import segment_lines

        return _print_lines(segment_lines(options.paths, options.out, options.registry))

    parser.set_defaults(run=run)


def add_cards(parser: argparse.ArgumentParser) -> None:
    """The released models as JSON."""
    add_registry(parser)

    def run(options: argparse.Namespace) -> int:
        cards = [
            json.loads(model_card(task, registry=options.registry).to_json())
            for task in released_models(options.registry)
        ]
        print(json.dumps(cards, ensure_ascii=False, indent=2))
        return 0

    parser.set_defaults(run=run)


def _print_lines(lines: Iterable[Mapping[str, object]]) -> int:
    """One JSON object a line as it comes; 1 if any of them tells of an error, else 0."""
    failed = 0
    for line in lines:
        print(json.dumps(line, ensure_ascii=False), flush=True)
        failed += "error" in line
    return 1 if failed else 0
