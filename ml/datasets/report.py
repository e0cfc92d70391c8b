"""What was found and made, for a program (report.json) and for a person (report.html)."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import jinja2
import numpy as np

from ml.datasets.families import Families
from ml.datasets.leaks import Leak
from ml.datasets.probes import Probe

LISTED = 1000  # bad files named in the report; their number is always whole
_TEMPLATE = "report.html.jinja"


@dataclass(frozen=True)
class Report:
    """The keys of report.json."""

    images: int
    labels: dict[str, int]  # a picture with several counts for each
    duplicates: int  # copies left out
    contradictions: int  # left out because the very same picture has two labels
    groups: int
    largest_group: int
    leaks: list[Leak]
    split: dict[str, int]
    labels_by_split: dict[str, dict[str, int]]
    probes: list[dict[str, Any]]
    bad: int
    bad_files: list[dict[str, str]]
    origin: str
    choices: dict[str, Any]

    @classmethod
    def read(cls, path: Path) -> Report:
        """A report as ``report.json`` holds it."""
        return cls(**json.loads(path.read_text(encoding="utf-8")))

    @classmethod
    def of(
        cls,
        *,
        choices: dict[str, Any],
        origin: str,
        labels: dict[str, int],
        families: Families,
        table: Counter[tuple[str, str]],
        leaks: list[Leak],
        probes: list[Probe],
        bad: list[tuple[str, str]],
    ) -> Report:
        """The report of a set.

        Args:
            labels: Pictures of each. table: Kept pictures by label, of several the rarest, and split.
            bad: Name and reason of each file that could not be used.
        """
        sizes = np.unique(families.groups[families.kept], return_counts=True)[1]
        return cls(
            images=int(families.kept.sum()),
            labels=labels,
            duplicates=families.copies,
            contradictions=int(families.torn.sum()),
            groups=len(sizes),
            largest_group=int(sizes.max(initial=0)),
            leaks=leaks,
            split=_by_split(table),
            labels_by_split=_nested(table),
            probes=[_rounded(probe) for probe in probes],
            bad=len(bad),
            bad_files=[{"file": name, "reason": reason} for name, reason in bad[:LISTED]],
            origin=origin,
            choices=choices,
        )


def write_report(report: Report, out: Path) -> None:
    """Both files; report.json last and at once, because it marks the set as finished."""
    (out / "report.html").write_text(as_html(report), encoding="utf-8")
    unfinished = out / "report.part"
    unfinished.write_text(json.dumps(asdict(report), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    unfinished.replace(out / "report.json")


def as_html(report: Report) -> str:
    """One file without scripts, pictures of the set or anything from elsewhere."""
    templates = jinja2.Environment(loader=jinja2.FileSystemLoader(Path(__file__).parent), autoescape=True)
    return templates.get_template(_TEMPLATE).render(report=report, most=max(report.labels.values(), default=1))


def _by_split(table: Counter[tuple[str, str]]) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for (_label, split), count in table.items():
        counts[split] += count
    return dict(sorted(counts.items()))


def _nested(table: Counter[tuple[str, str]]) -> dict[str, dict[str, int]]:
    nested: dict[str, dict[str, int]] = {}
    for (label, split), count in sorted(table.items()):
        nested.setdefault(label, {})[split] = count
    return nested


def _rounded(probe: Probe) -> dict[str, Any]:
    return {**asdict(probe), "auc": round(probe.auc, 4), "low": round(probe.low, 4), "leaks": probe.leaks}
