"""From a finished run to a released outline network: measure, and write weights, export, card, plot and words."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from safetensors.torch import save

from ml.cards import ModelCard
from ml.preprocess import to_input
from ml.releases import WEIGHTS
from ml.runtime.choose import checksum
from ml.runtime.export import to_onnx
from ml.sample import sample_picture
from ml.segmentation.experiment import OutlineExperiment
from ml.segmentation.measure import Figures, measured, overlaps, plot_overlaps, share_with_outline
from ml.segmentation.network import untrained
from ml.segmentation.outline import EXPORTED, Outliner
from ml.segmentation.readme import crop_sentence, words
from ml.training.data import Pack
from ml.training.shelving import filling, free_place, write_card
from ml.training.weights import read_weights

REFUSED = 0.02  # share of real lesions whose outline may be withheld
SHARES = {"smallest_share": 0.003, "largest_share": 0.9}  # of the photo; outside there is nothing to outline
SOURCE = {
    "source": "ISIC 2017 challenge, task 1 (Codella 2018, arXiv 1710.05006): dermoscopic photos, outlines by experts",
    "terms": "CC0 for the challenge's training data; photos are not redistributed here",
}
STRANGERS = {
    "source": "photos without a lesion, of ImageNet's classes, dogs and cats, taught as photos without an outline",
    "terms": "ImageNet terms: research use",
}
LIMITS = [
    "The epoch and the size it is served at were chosen on the same val photos: the figure is a little high.",
    "Learned from dermoscopic photos; on phone photos outlines are coarser and more often missing.",
    "Skin types V and VI are hardly represented.",
    "One lesion a photo: of several, the largest is outlined.",
    "Dark hairs across the lesion cost two points of overlap: 0.79 instead of 0.81 with hairs drawn over val.",
    "Fine notches of the border are smaller than what the network sees, so border irregularity is read low.",
    "Asymmetry, border, colours and area describe a photo; alone they say neither harmless nor dangerous.",
]


def release_outline(
    experiment: OutlineExperiment,
    weights: Path,
    version: str,
    *,
    validation: Pack,
    images: Mapping[str, int],
    strangers: list[Image.Image],
    extra: Callable[[Outliner], dict[str, Any]] | None,
    registry: Path,
) -> ModelCard:
    """Write ``registry/<task>/<version>/``; nothing is left there unless everything succeeded.

    Args:
        images: Number of photos by split, for the card.
        strangers: RGB pictures that show no lesion; [] leaves their figure out.
        extra: Called with the finished outliner; the figures it returns join ``measured``.

    Raises:
        FileExistsError: that version is released already; a release never changes.
        ValueError: a version with letters.
    """
    home = free_place(registry, experiment.task, version)
    tensors = {name: t.half() if t.is_floating_point() else t for name, t in read_weights(weights).items()}
    blob, model = save(tensors), _exported(experiment, tensors)
    card = _draft(experiment, version, images, blob, model)
    figures, sure = overlaps(Outliner(card, model), validation)
    card = replace(card, abstain=SHARES | {"below": round(float(np.quantile(sure, REFUSED)), 4)})
    outliner = Outliner(card, model)
    known = measured(figures, "val") | _on_strangers(outliner, strangers) | (extra(outliner) if extra else {})
    card = replace(
        card,
        measured=known,
        limits=[*LIMITS, *crop_sentence(known.get("segment_then_classify", {}))],
        sample={"lesion": round(float(outliner.likelihood(sample_picture()).mean()), 4)},
    )
    _write(card, {WEIGHTS: blob, EXPORTED: model}, figures, home)
    return card


def _on_strangers(outliner: Outliner, strangers: list[Image.Image]) -> dict[str, Any]:
    if not strangers:
        return {}
    share = share_with_outline(outliner, strangers)
    return {"strangers_with_outline": {"n": len(strangers), "share": round(share, 4)}}


def _exported(experiment: OutlineExperiment, tensors: dict[str, torch.Tensor]) -> bytes:
    net = untrained(experiment).eval()
    net.load_state_dict({name: t.float() if t.is_floating_point() else t for name, t in tensors.items()})
    image = to_input(sample_picture(), size=experiment.serve_size, mean=experiment.mean, std=experiment.std)
    return to_onnx(net, torch.from_numpy(np.stack([image, image])), ("logits",))


def _draft(
    experiment: OutlineExperiment, version: str, images: Mapping[str, int], blob: bytes, model: bytes
) -> ModelCard:
    return ModelCard(
        task=experiment.task,
        version=version,
        architecture=f"unet {experiment.encoder}",
        labels=("lesion",),
        kind="segmentation",
        image_size=experiment.serve_size,
        mean=experiment.mean,
        std=experiment.std,
        temperature=1.0,
        abstain=SHARES | {"below": 0.0},
        weights_sha256=hashlib.sha256(blob).hexdigest(),
        runtime_sha256=checksum([model]),
        data=[SOURCE | {"images": dict(images)}, STRANGERS],
        limits=LIMITS,
        experiment=asdict(experiment),
    )


def _write(card: ModelCard, files: Mapping[str, bytes], figures: Figures, home: Path) -> None:
    with filling(home, files) as unfinished:
        write_card(card, words(card), unfinished)
        plot_overlaps(figures, unfinished / "plots" / "overlap.png")
