"""``python -m ml evaluate``: a released model on a data set that it has never seen."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from ml.cards import ModelCard
from ml.inference import Diagnoser
from ml.training.answers import ask
from ml.training.data import Pack, keep_labels, read_pack
from ml.training.report import evaluation, write_evaluation
from ml.training.table import labels_in

NO_LABEL = "(none)"
UNFINISHED = "unfinished.jsonl"  # the answers so far, in the folder of the report


def evaluate_task(
    task: str,
    data: Path,
    images: tuple[Path, ...],
    *,
    split: str | None = None,
    out: Path | None,
    registry: Path,
    version: str | None = None,
) -> dict[str, Any]:
    """Measure a release, the newest by default, through the same door that serves photos.

    Photos that cannot be read and rows whose label the model does not know are counted and named, and left out. Rows of
    one image are one photo with the labels of all of them. A call that was stopped goes on where it was.

    Args:
        split: "train", "val", "test" …, or "all"; None takes ``val`` where the table has it and everything elsewhere.
        out: Folder for JSON, Markdown and plots; None writes nothing.

    Raises:
        ValueError: no row is left, or no photo can be read.
        FileNotFoundError: there is no such table or no such images.
    """
    diagnoser = Diagnoser.load(task, version, registry=registry)
    rows, name = _rows(read_pack(data, images, task=task), split)
    chosen, repeated = _one_row_each(rows)
    known, left_out = _known(chosen, name, diagnoser.card)
    answers, unreadable = ask(diagnoser, known, out / UNFINISHED if out else None)
    figures = evaluation(diagnoser.card, answers, split=name, source=data.name)
    figures["rows_without_a_known_label"] = len(chosen.table) - len(known.table)
    figures |= {"repeated_rows": repeated, "unknown_labels": left_out, "unreadable": unreadable}
    if out is not None:
        write_evaluation(diagnoser.card, answers, figures, out)
        (out / UNFINISHED).unlink(missing_ok=True)
    return figures


def _rows(pack: Pack, split: str | None) -> tuple[Pack, str]:
    """The rows to measure, and their name."""
    of_val = pack.table["split"] == "val"
    name = split or ("val" if of_val.any() and not of_val.all() else "all")
    rows = pack if name == "all" else pack.part(name)
    if rows.empty:
        there = ", ".join(sorted(pack.table["split"].dropna().unique()))
        raise ValueError(f"there is no row of split {name}; the table has {there or 'no split'}")
    return rows, name


def _known(pack: Pack, rows: str, card: ModelCard) -> tuple[Pack, dict[str, int]]:
    """The photos with a label that the model knows, and the labels that it does not know.

    Raises:
        ValueError: no photo has a label that it knows.
    """
    known, unknown = keep_labels(pack, card.labels), _unknown_labels(pack, card.labels)
    if known.empty:
        knows, said = ", ".join(card.labels), ", ".join(unknown) or "nothing"
        raise ValueError(f"no row ({rows}) has a label of {card.task}, which knows {knows}; they say {said}")
    return known, unknown


def _one_row_each(pack: Pack) -> tuple[Pack, int]:
    """The same photos, each once with all labels that its rows name, and how many rows that spares."""
    table = pack.table
    labels = table.groupby("image", dropna=False)["label"].transform(lambda cells: ";".join(cells.dropna().unique()))
    once = table.assign(label=labels.where(labels.ne(""), None)).drop_duplicates("image", ignore_index=True)
    return Pack(once, pack.images), len(table) - len(once)


def _unknown_labels(pack: Pack, labels: tuple[str, ...]) -> dict[str, int]:
    """How many rows name a label that the model cannot answer, by label, most frequent first."""
    texts = pack.table["label"].fillna(NO_LABEL).astype(str)
    named = Counter(label for text in texts for label in labels_in(text))
    return {label: count for label, count in named.most_common() if label not in labels}
