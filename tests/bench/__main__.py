"""Measures everything, in a folder that goes away, and writes docs/bench.*; ``--quick`` with a third of the photos."""

import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.bench.service import environment


def main() -> None:
    """About four minutes on two quiet cores."""
    load_before = round(os.getloadavg()[0], 2)
    with tempfile.TemporaryDirectory(prefix="walness-bench-") as folder:
        os.environ.update(environment(Path(folder)))
        _prepare()
        figures = {"load_before": load_before} | _measured(Path(folder), 3 if "--quick" in sys.argv else 9)
    from tests.bench.report import write

    write(_named(figures))


def _prepare() -> None:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    call_command("load_catalogue", verbosity=0)


def _measured(data: Path, rounds: int) -> dict[str, Any]:
    from tests.bench import frameworks, growth, load, stages, ways
    from tests.bench.phone import phone_photo
    from tests.bench.timing import interleaved

    photo = phone_photo()
    figures = load.under_load(data, photo, photos=4 * rounds)
    figures["ways_cpu_ms"] = {name: round(ms, 1) for name, ms in interleaved(ways.ways(photo), rounds).items()}
    figures["frameworks"] = frameworks.compared(photo)
    visitor = stages.new_visitor()
    address = stages.first_case(visitor, photo)
    figures["stages"] = stages.stages(visitor, address, photo, rounds)
    figures["growth"] = list(growth.growth(visitor, address))
    return figures


def _named(figures: dict[str, Any]) -> dict[str, Any]:
    """The figures that are asked for come first."""
    spent, at_four = figures["ways_cpu_ms"], next(row for row in figures["clients"] if row["clients"] == 4)
    largest = figures["growth"][-1]
    return {
        "ratio_vs_original": round(spent["original"] / spent["ours"], 1),
        "ratio_vs_usual": round(spent["usual"] / spent["ours"], 1),
        "ratio_to_floor": round(figures["request_cpu_ms"] / spent["floor"], 2),
        "p99_over_p50_at_4": round(at_four["p99"] / at_four["p50"], 2),
        "result_page_ms_at_100000": largest["wall_ms_p50"],
        "result_page_queries_at_100000": largest["queries"],
    } | figures


if __name__ == "__main__":
    main()
