"""The figures as docs/bench.json, as docs/bench.md and as a plot."""

import json
import os
import platform
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt

DOCS = Path(__file__).parents[2] / "docs"
GOALS = {
    "ratio_vs_original": "at least 20",
    "ratio_vs_usual": "at least 4",
    "ratio_to_floor": "at most 1.5",
    "p99_over_p50_at_4": "at most 3",
    "rss_mb": "at most 350",
    "first_answer_s": "at most 5",
    "result_page_ms_at_100000": "at most 15",
    "result_page_queries_at_100000": "at most 8",
    "fifty_megapixels_mb": "at most 250",
}


def write(figures: dict[str, Any]) -> None:
    """All three files."""
    figures["machine"] = {"cores": len(os.sched_getaffinity(0)), "python": platform.python_version()}
    (DOCS / "bench.json").write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    (DOCS / "bench.md").write_text("\n".join(_words(figures)) + "\n", encoding="utf-8")
    _plot(figures)


def _words(figures: dict[str, Any]) -> list[str]:
    busy = figures["load_before"]
    lines = [
        "# How fast, how small, and how it grows",
        "",
        "Written by `make bench` on a machine of "
        f"{figures['machine']['cores']} cores whose load was {busy} before it began (0 is quiet; above the number of "
        "cores, wall-clock figures say more about the neighbours than about Walness, CPU figures still hold).",
        "The photo is a drawn 12-megapixel JPEG of 3 MB, as a phone sends it. Ratios are of CPU time, interleaved.",
        "",
        "| figure | wanted | measured |",
        "|---|---|---|",
        *(f"| {name} | {goal} | {figures[name]} |" for name, goal in GOALS.items()),
        "",
        "![stages and latency](bench.png)",
        "",
    ]
    return lines + _table("Side by side", _rows(figures["ways_cpu_ms"], "way", "CPU ms")) + _rest(figures)


def _rest(figures: dict[str, Any]) -> list[str]:
    return [
        "original: loads the model in each request, pytorch-grad-cam by a backward pass. usual: loaded once, the same "
        "explanation. ours: this project without the web. floor: scaled decode and bare forward pass. The ratio to the "
        "floor is of a whole request: form, decoder in its own process, answer, files, database.",
        "",
        figures["frameworks"],
        "",
        *_table("Stages of one case", _rows(figures["stages"], "stage", "CPU ms")),
        *_table("Visitors at once", figures["clients"]),
        *_table("Growth", figures["growth"]),
    ]


def _rows(values: dict[str, float], name: str, unit: str) -> list[dict[str, Any]]:
    return [{name: key, unit: value} for key, value in values.items()]


def _table(title: str, rows: list[dict[str, Any]]) -> list[str]:
    head = list(rows[0])
    lines = [f"## {title}", "", f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    return [*lines, *(f"| {' | '.join(str(row[name]) for name in head)} |" for row in rows), ""]


def _plot(figures: dict[str, Any]) -> None:
    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 3.6), layout="constrained")
    names, values = zip(*reversed(figures["stages"].items()), strict=True)
    left.barh(names, values, color="#2f6f6a")
    left.set_xlabel("CPU ms of one case")
    clients = [row["clients"] for row in figures["clients"]]
    for quantile in ("p50", "p95", "p99"):
        right.plot(clients, [row[quantile] for row in figures["clients"]], marker="o", label=quantile)
    right.set(xlabel="visitors at once", ylabel="ms to the answer", xscale="log")
    right.set_xticks(clients, [str(number) for number in clients])
    right.legend()
    figure.savefig(DOCS / "bench.png", dpi=110, metadata={"Software": None})
    plt.close(figure)
