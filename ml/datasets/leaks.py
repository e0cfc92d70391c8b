"""The leaks of a source, in the words of its report."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.datasets.alike import Numbers
from ml.datasets.families import Families
from ml.datasets.probes import Probe, probe
from ml.datasets.sampling import Sample
from ml.datasets.store import Store

Leak = dict[str, Any]  # kind, auc or count, detail

SHARE = 0.15  # of a split that somebody might have drawn picture by picture
_ADVICE = {
    "file_type": "Re-encoding hides this, except for the blocks of a coarse JPEG.",
    "size": "All pictures now have one short side, but their shape stays: crop at random.",
    "name": "Pictures now have numbers; names that follow the label also hint at two sources.",
    "border": "This is still in the pictures: crop or cover the border before training.",
    "camera": "Light can be the disease itself; make sure that ill and healthy were photographed alike.",
    "split_shift": "A model will do worse on the held-out part for that alone.",
}


def probe_all(sample: Sample, *, seed: int) -> list[Probe]:
    """Every probe that the sample is large enough for."""
    made = [probe(kind, sample.traits[kind], sample.labels, sample.groups, seed=seed) for kind in sorted(sample.traits)]
    if set(sample.splits) >= {"train", "held out"}:
        made.append(probe("split_shift", sample.content, sample.splits, sample.groups, seed=seed))
    return [one for one in made if one is not None]


def leaks_of(probes: list[Probe], store: Store, families: Families) -> list[Leak]:
    """What leaks, worst first within its kind of figure."""
    found = [_leak(one) for one in sorted(probes, key=lambda one: -one.auc) if one.leaks]
    splits = np.array([row[0] for row in store.rows(_SPLITS)], dtype=object)
    return found + _siblings(families, splits)


_SPLITS = "SELECT split FROM records JOIN looks ON record = id WHERE error IS NULL ORDER BY record"


def _leak(one: Probe) -> Leak:
    told = " and ".join(one.told_by)
    what = "the source's own split" if one.kind == "split_shift" else f"the label {one.label}"
    detail = f"{what} can be told from {told} alone. {_ADVICE[one.kind]}"
    return {"kind": one.kind, "auc": round(one.auc, 4), "detail": detail[0].upper() + detail[1:]}


def _siblings(families: Families, splits: NDArray[np.object_]) -> list[Leak]:
    """Pictures whose patient, lesion, animal or near copy lies on the other side, or might after a careless split."""
    held_out = np.isin(splits, ("val", "test"))
    training = splits == "train"
    if held_out.any() and training.any():
        return _across(families, held_out, training)
    sizes = np.bincount(families.groups, minlength=1)[families.groups]
    count = int((sizes > 1).sum())
    beside = float((1 - SHARE ** (sizes - 1.0)).mean()) if count else 0.0
    detail = (
        f"{count} pictures have a near copy or a sibling of the same patient, lesion or animal in the set: a split"
        f" drawn picture by picture would put {beside:.1%} of the held-out ones beside theirs; this one parts none."
    )
    return [{"kind": "near_duplicate", "count": count, "detail": detail}] if count else []


def _across(families: Families, held_out: NDArray[np.bool_], training: NDArray[np.bool_]) -> list[Leak]:
    related = _also_in(families.groups, held_out, training)
    alike = _also_in(families.looks, held_out, training)
    detail = (
        f"{related} of {int(held_out.sum())} held-out pictures of the source's own split have a sibling in training:"
        f" {alike} look like a training picture, {related - alike} more share a patient, lesion or animal with one."
    )
    return [{"kind": "near_duplicate", "count": related, "detail": detail}] if related else []


def _also_in(families: Numbers, held_out: NDArray[np.bool_], training: NDArray[np.bool_]) -> int:
    return int(np.isin(families[held_out], families[training]).sum())
