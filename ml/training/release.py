"""From a finished run to a release: calibrate on ``val``, measure, write weights, card, plots and words."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file, save

from ml.cards import ModelCard
from ml.inference import Diagnoser
from ml.network import loaded_net
from ml.releases import WEIGHTS
from ml.runtime.choose import EXPORTED, head_of
from ml.runtime.cpu import OnnxRuntime
from ml.runtime.export import export_network
from ml.sample import sample_picture
from ml.scope import Scope
from ml.training.calibrate import calibrate, crossfitted
from ml.training.context import fit_rows
from ml.training.data import Pack
from ml.training.evaluate import Outputs, measure, run, write_report
from ml.training.experiment import Experiment
from ml.training.fitting import fit_scope
from ml.training.metrics import interval, mean_auroc
from ml.training.provenance import LIMITS, SOURCES

SCOPE_PHOTOS = 3000  # more do not move a mean and a covariance
REFUSED = 0.03  # share of real lesion photos that the scope gate may refuse


def release(
    experiment: Experiment,
    weights: Path,
    version: str,
    *,
    training: Pack,
    validation: Pack,
    strangers: Pack | None,
    registry: Path,
) -> ModelCard:
    """Write ``registry/<task>/<version>/``; nothing is left there unless everything succeeded.

    Args:
        strangers: Photos that show no lesion, to measure the scope gate on; None leaves the figure out.

    Raises:
        FileExistsError: that version is released already; a release never changes.
        ValueError: the run's pooling cannot be explained by the pass that answers.
    """
    home = registry / experiment.task / version
    if home.exists():
        raise FileExistsError(f"{experiment.task} {version} is released already; choose a new version")
    if experiment.pooling != "avg":
        raise ValueError(f"{experiment.pooling} pooling hides where the evidence lies; only avg can be released")
    tensors = {name: _half(tensor) for name, tensor in load_file(weights).items()}
    card = _draft(experiment, version, training, validation)
    exported = export_network(loaded_net(card, _widened(tensors)), card)
    draft = Diagnoser(card, OnnxRuntime(exported, head_of(tensors, len(card.labels))))
    scope = _fit_scope(draft, training)
    outputs = run(draft, validation)
    limit = float(np.quantile(scope.distance(outputs.features), 1 - REFUSED))
    card = replace(calibrate(card, outputs), scope={"above": round(limit, 4)})
    measured = measure(card, outputs, "val") | {"crossfitted": crossfitted(card, outputs)}
    if strangers is not None:
        measured["metrics"]["scope_auroc"] = _scope_auroc(scope, outputs, run(draft, strangers))
    blob = save(tensors | {"scope.centre": _half(scope.centre), "scope.whitening": scope.whitening})
    answer = Diagnoser(card, draft.runtime).diagnose(sample_picture())
    card = replace(
        card,
        measured=measured,
        weights_sha256=hashlib.sha256(blob).hexdigest(),
        runtime_sha256=hashlib.sha256(exported).hexdigest(),
        sample={candidate.label: candidate.probability for candidate in answer.candidates},
    )
    _write(card, {WEIGHTS: blob, EXPORTED: exported}, outputs, home)
    return card


def _half(tensor: NDArray[Any]) -> NDArray[Any]:
    return tensor.astype(np.float16) if tensor.dtype == np.float32 else tensor


def _widened(tensors: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """The tensors as serving will load them, rounding to half precision included."""
    return {name: t.astype(np.float32) if t.dtype == np.float16 else t for name, t in tensors.items()}


def _draft(experiment: Experiment, version: str, training: Pack, validation: Pack) -> ModelCard:
    images = {"train": len(training.table), "val": len(validation.table)}
    return ModelCard(
        task=experiment.task,
        version=version,
        architecture=experiment.backbone,
        labels=experiment.labels,
        kind=experiment.kind,
        image_size=experiment.image_size,
        mean=experiment.mean,
        std=experiment.std,
        temperature=1.0,
        abstain={},
        weights_sha256="",
        data=[source | {"images": images} for source in SOURCES.get(experiment.task, [])],
        limits=LIMITS.get(experiment.task, []),
        context=_context(experiment, training),
        experiment=asdict(experiment),
    )


def _context(experiment: Experiment, training: Pack) -> dict[str, Any]:
    """What age, sex and place say, where the training table knows them; their evidence counts as it stands."""
    known = {"age", "sex", "site"} & set(training.table.columns)
    return {"weight": 1.0, "rows": fit_rows(training.table, experiment.labels)} if known else {}


def _fit_scope(draft: Diagnoser, training: Pack) -> Scope:
    some = training.table.sample(min(SCOPE_PHOTOS, len(training.table)), random_state=0)
    seen = run(draft, Pack(some.reset_index(drop=True), training.images))
    return fit_scope(seen.features, seen.targets)


def _scope_auroc(scope: Scope, own: Outputs, strange: Outputs) -> dict[str, float]:
    distance = np.concatenate([scope.distance(own.features), scope.distance(strange.features)])[:, None]
    foreign = np.concatenate([np.zeros(len(own.features)), np.ones(len(strange.features))])[:, None]
    return interval(mean_auroc, distance, foreign)


def _write(card: ModelCard, files: dict[str, bytes], outputs: Outputs, home: Path) -> None:
    unfinished = home.with_name(f".{home.name}.part")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    for name, blob in files.items():
        (unfinished / name).write_bytes(blob)
    (unfinished / "card.json").write_text(card.to_json(), encoding="utf-8")
    (unfinished / "README.md").write_text(words(card), encoding="utf-8")
    write_report(card, outputs, card.measured, unfinished / "plots")
    (unfinished / "plots" / "measured.json").unlink()  # the card says it
    unfinished.rename(home)


def words(card: ModelCard) -> str:
    """The card as a page of Markdown: for people who decide whether to trust the model."""
    lines = [f"# {card.task} {card.version}", "", f"{card.architecture} at {card.image_size} px, {card.kind}.", ""]
    lines += ["## Measured on `val`", "", "| figure | value | 95 % interval |", "|---|---|---|"]
    for name, figure in card.measured.get("metrics", {}).items():
        lines.append(f"| {name} | {figure['value']:.3f} | {figure['low']:.3f} – {figure['high']:.3f} |")
    if main := card.experiment.get("main_labels"):
        lines += ["", f"macro_f1 is over {', '.join(main)}; the other labels have too few photos."]
    lines += ["", "| label | photos | recall | precision | AUROC |", "|---|---|---|---|---|"]
    lines += [_row(label, row) for label, row in card.measured.get("per_class", {}).items()]
    lines += ["", "![confusion matrix](plots/confusion.png)", "![reliability](plots/reliability.png)", ""]
    lines += ["## Data", ""]
    lines += [f"- {source['source']} — {source['terms']}" for source in card.data]
    lines += ["", "## Limits", "", *(f"- {limit}" for limit in card.limits), ""]
    return "\n".join(lines)


def _row(label: str, row: dict[str, Any]) -> str:
    auroc = "–" if row["auroc"] is None else f"{row['auroc']:.2f}"
    return f"| {label} | {row['n']} | {row['recall']:.2f} | {row['precision']:.2f} | {auroc} |"
