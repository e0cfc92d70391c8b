"""Measures everything, in a folder that goes away, and writes docs/bench.*; ``--quick`` with a third of the photos."""

import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.bench.service import environment


def main() -> None:
    """About six minutes on two quiet cores."""
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
    from tests.bench import apart, first_walness, frameworks, growth, load, stages, ways
    from tests.bench.phone import phone_photo

    photo, close = phone_photo(), phone_photo(kind="close call")
    floor = ways.WAYS["floor"](photo, close, data)
    figures = load.under_load(data, photo, floor, rounds=4 * rounds)
    figures["ways_cpu_ms"], figures["ways_per_second"] = apart.taking_turns((photo, close), rounds)
    figures["original_in_keras"] = first_walness.in_keras(photo, rounds)
    figures["frameworks"] = frameworks.compared(photo)
    visitor = stages.new_visitor()
    address = stages.first_case(visitor, photo)
    figures["stages"] = stages.stages(visitor, address, photo, rounds)
    figures["growth"] = list(growth.growth(visitor, address))
    return figures


def _named(figures: dict[str, Any]) -> dict[str, Any]:
    """The figures that are asked for come first."""
    spent, crowds = figures["ways_cpu_ms"], {row["clients"]: row for row in figures["clients"]}
    keras, largest = figures["original_in_keras"], figures["growth"][-1]
    return {
        "ratio_vs_original": round(spent["original"] / spent["ours"], 1),
        "ratio_vs_original_same_network": round(spent["original, our network"] / spent["ours"], 1),
        "ratio_vs_original_in_keras": keras and round(keras["cpu_ms"] / spent["ours"], 1),
        "ratio_vs_usual": round(spent["usual"] / spent["ours"], 1),
        "ratio_vs_usual_like_for_like": round(spent["usual"] / spent["ours, bare"], 1),
        "ratio_to_floor": round(figures["request_wall_ms"] / figures["floor_wall_ms"], 2),
        "ratio_to_floor_cpu": round(figures["request_cpu_ms"] / figures["floor_cpu_ms"], 2),
        "p99_over_p50_at_4": round(crowds[4]["p99"] / crowds[4]["p50"], 2),
        "result_page_ms_at_100000": largest["wall_ms_p50"],
        "result_page_queries_at_100000": largest["queries"],
    } | figures


if __name__ == "__main__":
    main()
