"""``python -m ml``: train, evaluate, release and use the models from a command line."""

from __future__ import annotations

import argparse
import sys

from ml.command import add_cards, add_predict, add_segment
from ml.datasets.command import add_arguments as _prepare
from ml.inference import MlError
from ml.runtime.command import add_arguments as _export
from ml.training.command_line import add_train, add_tune
from ml.training.release_command_line import add_evaluate, add_explain, add_release


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit status: 0 done, 1 done with failures, 2 not possible."""
    options = _parser().parse_args(arguments)
    try:
        status: int = options.run(options)
    except KeyboardInterrupt:
        print("stopped; the same command goes on where it was" if options.goes_on else "stopped", file=sys.stderr)
        return 130
    except (MlError, OSError, ValueError, LookupError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m ml", description=__doc__)
    parser.set_defaults(goes_on=False)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    add_predict(commands.add_parser("predict", help="photos or folders in, one JSON object a line out"))
    add_cards(commands.add_parser("cards", help="the released models as JSON"))
    add_segment(commands.add_parser("segment", help="photos or folders in, one mask of the lesion each out"))
    _prepare(commands.add_parser("prepare", help="any labelled pictures in, a set to train on and a leak report out"))
    add_train(commands.add_parser("train", help="train a task; stop and start again at will"))
    add_tune(commands.add_parser("tune", help="search for better choices; stop and start again at will"))
    add_release(commands.add_parser("release", help="calibrate a finished run, measure it and put it on the shelf"))
    add_evaluate(commands.add_parser("evaluate", help="measure a released model on any labelled set"))
    add_explain(commands.add_parser("explain", help="give a release its explanation figures, checks and look-alikes"))
    _export(commands.add_parser("export", help="give a release the files that the CPU runtime serves"))
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
