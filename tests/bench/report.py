"""The figures as docs/bench.json, as docs/bench.md and as a plot."""

import json
import os
import platform
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt

from tests.bench.ways import ABOUT

DOCS = Path(__file__).parents[2] / "docs"
GOALS = {
    "ratio_vs_original": "at least 20",
    "ratio_vs_original_same_network": "–",
    "ratio_vs_original_in_keras": "at least 20",
    "ratio_vs_usual": "at least 4",
    "ratio_vs_usual_like_for_like": "–",
    "ratio_to_floor": "at most 1.5",
    "ratio_to_floor_cpu": "at most 1.5",
    "p99_over_p50_at_4": "at most 3",
    "rss_mb": "at most 350",
    "rss_under_load_mb": "at most 350",
    "first_answer_s": "at most 5",
    "result_page_ms_at_100000": "at most 15",
    "result_page_queries_at_100000": "at most 8",
    "fifty_megapixels_mb": "at most 250",
}
MEANING = """
The photo is a drawn 12-megapixel JPEG of 3.5 MB, as a phone sends it: a bare patch in a dog's coat, which the dog-skin
model answers (ringworm), so that intake and second look are both in the figures. Ratios are of CPU time, of
ways that take turns, each in a process of its own; torch has one thread, its cheapest per photo.

- **ratio_vs_original**: the first Walness' procedure in torch with its own kind of network: ResNet-50 loaded twice from
  a file in each request, three full decodes, Grad-CAM traced back to the last feature map, one PNG. **_same_network**:
  the same with our released network in both places. **_in_keras**: the same with the library that it was written with,
  in an environment of its own (`KERAS_PYTHON`); torch loads and starts a network several times faster.
- **ratio_vs_usual**: our network loaded once, one full decode, forward pass, pytorch-grad-cam. **_like_for_like**:
  beside "ours, bare" of the table below, which does no more than that.
- **ratio_to_floor**: what one visitor waits for an answer, over loopback with upload, decoder in its own process, files
  and database, beside scaled decode, preprocessing and one bare forward pass, which take turns (wall time both).
  **_cpu**: CPU time. The form's mark against double sending is left out: a browser's costs 2.5 ms more, to hash the
  photo.
- **rss_mb**: the largest worker with every model loaded, twelve seconds after its first answers. **rss_under_load_mb**:
  the same right after the last of some 450 photos, by up to sixteen visitors at once.

Where the bar lies beyond the floor, nothing could reach it: the floor itself, which no work on this photo can go below,
is {original} times cheaper than the original in torch and {usual} times cheaper than the usual way.
"""


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
        "",
        "| figure | wanted | measured |",
        "|---|---|---|",
        *(f"| {name} | {goal} | {_said(figures[name])} |" for name, goal in GOALS.items()),
        _meaning(figures["ways_cpu_ms"]),
        "![stages and latency](bench.png)",
        "",
    ]
    return lines + _table("Side by side", _ways(figures)) + _rest(figures)


def _meaning(spent: dict[str, float]) -> str:
    below = {name: round(spent[name] / spent["floor"], 1) for name in ("original", "usual")}
    return MEANING.format(**below)


def _ways(figures: dict[str, Any]) -> list[dict[str, Any]]:
    spent, rates = figures["ways_cpu_ms"], figures["ways_per_second"]
    rows = [{"way": way, "CPU ms": spent[way], "answers/s": rates[way], "what it is": ABOUT[way]} for way in spent]
    keras = figures["original_in_keras"]
    if keras:
        about = "the original's procedure with its own library, TensorFlow at its own number of threads"
        rows.insert(0, {"way": "original, Keras", "CPU ms": keras["cpu_ms"], "answers/s": "–", "what it is": about})
    return rows


def _filled(row: dict[str, Any]) -> dict[str, str]:
    return {name: _said(figure) for name, figure in row.items()}


def _said(figure: Any) -> str:
    return "not measured here" if figure is None else str(figure)


def _rest(figures: dict[str, Any]) -> list[str]:
    return [
        "Answers a second are those of two processes at once, each with one thread of torch.",
        "",
        *_table("Behind a serving framework", [_filled(row) for row in figures["frameworks"]]),
        "The same photo read and diagnosed by one process behind the framework, without decoder process,",
        f"form, files and database; a whole request of ours takes {figures['request_cpu_ms']} CPU ms. To measure them,",
        "`pip install litserve python-multipart 'ray[serve]'` and what `ml` needs into an environment of its own, and",
        "name its Python in `FRAMEWORKS_PYTHON`.",
        "",
        *_table("Stages of one case", _rows(figures["stages"], "stage", "CPU ms")),
        "`decode` happens in a child process. `form` is reading and parsing the upload, and handing it to the child.",
        "",
        *_table("Visitors at once", figures["clients"]),
        f"Twelve seconds after them the largest worker holds {figures['rss_after_load_mb']} MB.",
        "",
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
