"""Released models for tests: real files in a registry of their own, with weights nobody trained."""

import hashlib
from dataclasses import replace
from pathlib import Path

import torch
from safetensors.torch import save

from ml.cards import ModelCard
from ml.network import LesionNet

LABELS = ("cataract", "conjunctivitis", "no_finding")

CARD = ModelCard(
    task="human_eye",
    version="2026.11.1",
    architecture="test_efficientnet",  # timm's smallest: 0.4 million weights
    labels=LABELS,
    kind="multiclass",
    image_size=64,
    mean=(0.5, 0.5, 0.5),
    std=(0.5, 0.5, 0.5),
    temperature=1.0,
    abstain={"below": 0.0},
    weights_sha256="",
)


def put_on_shelf(registry: Path, card: ModelCard = CARD, favours: int = 0, *, reading: bool = False) -> ModelCard:
    """Release random weights under ``card``; whatever the photo, ``favours`` is the answer, if no ``reading`` adds."""
    torch.manual_seed(0)
    net = LesionNet(card.architecture, len(card.labels))
    with torch.no_grad():
        net.head.weight.abs_().mul_(0.01)  # pooled features are positive, so every photo has evidence
        net.head.bias.copy_(torch.eye(len(card.labels))[favours] * 2)
    if reading:
        width = net.look(torch.zeros(1, 3, card.image_size, card.image_size))[2].shape[1]
        net.reading = torch.nn.Linear(width, len(card.labels))
    blob = save({name: tensor.contiguous() for name, tensor in net.state_dict().items()})
    card = replace(card, weights_sha256=hashlib.sha256(blob).hexdigest())
    home = registry / card.task / card.version
    home.mkdir(parents=True)
    (home / "weights.safetensors").write_bytes(blob)
    (home / "card.json").write_text(card.to_json())
    return card
