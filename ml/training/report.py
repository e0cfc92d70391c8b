"""The evaluation of a released model on a data set: one dictionary, and the same as JSON, Markdown and plots."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ml.cards import ModelCard
from ml.training.answers import Answers
from ml.training.figures import MELANOMA, beyond_the_card, intervals, measured, wanted
from ml.training.metrics import share
from ml.training.plots import write_plots
from ml.training.slices import FEW, slices
from ml.training.words import markdown

SLICE_ROUNDS = 100  # bootstrap draws; a slice's interval is wide enough to show with fewer


def evaluation(card: ModelCard, answers: Answers, *, split: str, source: str) -> dict[str, Any]:
    """Everything that can be said of these answers, ready for JSON.

    ``measured`` as in a card, under the same names; ``beyond`` adds accuracy, selective risk and the size of the sets;
    ``answered`` says how often the model judged, and how often it was right then; ``slices`` repeats the figures for
    parts of the photos, each marked ``few`` below 20 photos.
    """
    p, t, groups = answers.probability, answers.targets, answers.groups
    return {
        "task": card.task,
        "version": card.version,
        "data": source,
        "groups": len(set(groups)) or None,
        **measured(card, p, t, groups, split=split),
        "beyond": intervals(beyond_the_card(card), p, t, groups) | _alerted(card, answers),
        "answered": _answered(answers),
        "slices": [
            _slice(card, answers.part(rows), name, value) for name, value, rows in slices(answers.table) if rows.any()
        ],
    }


def write_evaluation(card: ModelCard, answers: Answers, figures: dict[str, Any], out: Path) -> None:
    """``measured.json``, ``report.md``, a table of every answer and the plots, in ``out``."""
    out.mkdir(parents=True, exist_ok=True)
    (out / "measured.json").write_text(json.dumps(figures, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    (out / "report.md").write_text(markdown(card, figures), encoding="utf-8")
    _every_answer(card, answers).to_csv(out / "answers.csv", index=False)
    write_plots(card, answers.probability, answers.targets, figures["per_class"], out)


def _every_answer(card: ModelCard, answers: Answers) -> pd.DataFrame:
    alerts = answers.said["alerts"].map(";".join)
    probability = {label: answers.probability[:, k].round(6) for k, label in enumerate(card.labels)}
    said = answers.said.assign(alerts=alerts, **probability)
    return pd.concat([answers.table, said.add_prefix("said_")], axis=1)


def _alerted(card: ModelCard, answers: Answers) -> dict[str, Any]:
    """The share of the melanomas whose alert was given: none is where the photo is out of scope or not judgeable."""
    if MELANOMA not in card.operating_points:
        return {}
    given = np.array([[MELANOMA in alerts] for alerts in answers.said["alerts"]], float)  # (N, 1)
    named = answers.targets[:, [card.labels.index(MELANOMA)]]
    return intervals({"melanoma_alerted": lambda p, t: share(p[t > 0] > 0)}, given, named, answers.groups)


def _answered(answers: Answers) -> dict[str, Any]:
    """How often the model judged, and how often its first candidate was right then and otherwise."""
    hit = answers.targets[range(len(answers.targets)), answers.probability.argmax(1)] > 0
    judged = ~answers.said["abstained"].to_numpy(dtype=bool)
    right = {"judged": hit[judged], "not_judged": hit[~judged]}
    return {
        "share": round(float(judged.mean()), 4),
        "reasons": {str(k): int(v) for k, v in answers.said["reason"].value_counts().items() if k},
        "refused_as_out_of_scope": round(1 - float(answers.said["in_scope"].mean()), 4),
        "unfaithful_maps": round(1 - float(answers.said["faithful"].mean()), 4),
        "unsteady": round(1 - float(answers.said["steady"].mean()), 4),
        "ms": round(float(answers.said["ms"].median()), 1),
        **{f"right_when_{name}": round(float(some.mean()), 4) for name, some in right.items() if len(some)},
    }


def _slice(card: ModelCard, part: Answers, name: str, value: str) -> dict[str, Any]:
    figures = wanted(card) | beyond_the_card(card)
    return {
        "slice": name,
        "value": value,
        "n": len(part.targets),
        "few": len(part.targets) < FEW,
        "metrics": intervals(figures, part.probability, part.targets, part.groups, SLICE_ROUNDS),
    }
