"""Finished runs as teachers: a student learns from their mean answer beside the labels (distillation)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import Tensor, nn

from ml.network import LesionNet
from ml.training.experiment import Experiment, read_experiment
from ml.training.forward import in_16_bit


class Teacher:
    """Networks that answer and do not learn; several runs of other seeds or sizes answer as their mean."""

    def __init__(self, nets: Sequence[nn.Module], runs: Sequence[Experiment]) -> None:
        """``runs``: how each network was trained, all of one kind."""
        self.nets, self.runs, self.kind = list(nets), list(runs), runs[0].kind

    @torch.no_grad()
    def __call__(self, images: Tensor) -> Tensor:
        """Mean probabilities, float32 (N, K), of normalised images, float32 (N, 3, S, S) of any S."""
        return torch.stack([self._answer(*pair, images) for pair in zip(self.nets, self.runs, strict=True)]).mean(0)

    def _answer(self, net: nn.Module, run: Experiment, images: Tensor) -> Tensor:
        with in_16_bit(run, images.device):
            logits: Tensor = net(_sized(images, run.image_size)).float()
        return logits.sigmoid() if self.kind == "multilabel" else logits.softmax(1)

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
    """The runs in these folders as one teacher; None of none.

    Raises:
        ValueError: ``distil`` and the folders do not go together, or a run learned other labels than the student
            will, or another normalisation.
        FileNotFoundError: a folder holds no run.
    """
    if bool(folders) != (student.distil > 0):
        raise ValueError("teachers and the option distil go together: name both, such as distil=0.5, or neither")
    if not folders:
        return None
    runs = [read_experiment(folder) for folder in folders]
    for folder, run in zip(folders, runs, strict=True):
        if (run.labels, run.kind, run.mean, run.std) != (student.labels, student.kind, student.mean, student.std):
            raise ValueError(f"the run in {folder} learned other labels or colours and cannot teach {student.task}")
    nets = [_net(run, folder).to(device) for run, folder in zip(runs, folders, strict=True)]
    return Teacher(nets, runs)


def _net(run: Experiment, folder: Path) -> nn.Module:
    net = LesionNet(run.backbone, len(run.labels), run.pooling)
    net.load_state_dict(load_file(folder / "best.safetensors"))
    return net.eval().requires_grad_(False)


def _sized(images: Tensor, size: int) -> Tensor:
    if images.shape[-1] == size:
        return images
    return F.interpolate(images, (size, size), mode="bilinear", antialias=True)
