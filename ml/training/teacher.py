"""Finished runs and releases as teachers: a student learns from their mean answer beside the labels (distillation)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from ml.cards import read_card
from ml.network import LesionNet, loaded_net
from ml.releases import CARD, load_weights
from ml.training.experiment import Experiment, read_experiment
from ml.training.forward import in_16_bit
from ml.training.weights import load_into


@dataclass(frozen=True)
class Member:
    """One network that answers and does not learn, how it was trained, and what its logits are divided by."""

    net: LesionNet
    run: Experiment
    temperature: float = 1.0

    def __call__(self, images: Tensor) -> Tensor:
        """Logits, float32 (N, K), of normalised images, float32 (N, 3, S, S) of any S."""
        sized = _sized(images, self.run.image_size)
        with in_16_bit(self.run, images.device):
            logits = self.net(sized) if self.net.reading is None else self.net.look(sized)[0]
        return logits.float() / self.temperature


class Teacher:
    """Several networks, of other seeds or sizes, answer as their mean."""

    def __init__(self, members: Sequence[Member]) -> None:
        """``members``: all of one kind."""
        self.members, self.kind = list(members), members[0].run.kind

    @torch.no_grad()
    def __call__(self, images: Tensor) -> Tensor:
        """Mean probabilities, float32 (N, K), of normalised images, float32 (N, 3, S, S) of any S."""
        each = torch.stack([member(images) for member in self.members])
        return (each.sigmoid() if self.kind == "multilabel" else each.softmax(2)).mean(0)

    def loss(self, logits: Tensor, images: Tensor) -> Tensor:
        """How far a student's logits, (N, K), are from the mean answer to the same views, a scalar.

        Hinton 2015 (arXiv 1503.02531) at temperature 1. For multilabel it fills what the labels leave open: an absence
        that nobody confirmed is no longer taken for one.
        """
        wanted = self(images)
        if self.kind == "multilabel":
            return F.binary_cross_entropy_with_logits(logits, wanted)
        return F.cross_entropy(logits, wanted)


def read_teacher(folders: Sequence[Path], student: Experiment, device: torch.device) -> Teacher | None:
    """The runs and releases in these folders as one teacher; None of none.

    Raises:
        ValueError: ``distil`` and the folders do not go together, or a network learned other labels than the student
            will, or another normalisation.
        FileNotFoundError: a folder holds neither run nor release. CorruptModel: a release does not fit its card.
    """
    if bool(folders) != (student.distil > 0):
        raise ValueError("teachers and the option distil go together: name both, such as distil=0.5, or neither")
    if not folders:
        return None
    members = [_member(folder) for folder in folders]
    for folder, member in zip(folders, members, strict=True):
        run = member.run
        if (run.labels, run.kind, run.mean, run.std) != (student.labels, student.kind, student.mean, student.std):
            raise ValueError(f"the network in {folder} learned other labels or colours and cannot teach {student.task}")
        member.net.to(device).eval().requires_grad_(False)
    return Teacher(members)


def taught_by(folders: Sequence[Path]) -> tuple[str, ...]:
    """The backbones of these teachers and of those that had taught them, each once."""
    runs = [_experiment(folder) for folder in folders]
    return tuple(dict.fromkeys(name for run in runs for name in (run.backbone, *run.teachers)))


def _member(folder: Path) -> Member:
    if _is_release(folder):
        card = read_card(folder / CARD)
        net = loaded_net(card, load_weights(card, folder.resolve().parents[1]))
        return Member(net, Experiment.from_json(card.experiment), card.temperature)
    run = read_experiment(folder)
    net = LesionNet(run.backbone, len(run.labels), run.pooling)
    load_into(net, folder / "best.safetensors")
    return Member(net, run)


def _experiment(folder: Path) -> Experiment:
    return Experiment.from_json(read_card(folder / CARD).experiment) if _is_release(folder) else read_experiment(folder)


def _is_release(folder: Path) -> bool:
    return (folder / CARD).is_file()


def _sized(images: Tensor, size: int) -> Tensor:
    if images.shape[-1] == size:
        return images
    return F.interpolate(images, (size, size), mode="bilinear", antialias=True)
