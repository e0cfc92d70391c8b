"""Which runtime serves a release on this machine."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml.cards import ModelCard
from ml.errors import CorruptModel
from ml.runtime.base import Floats, Runtime

FRONT, BACK = EXPORTED = ("front.onnx", "back.onnx")  # of a network that names diseases, in two halves
READING, READING_BIAS = "reading.weight", "reading.bias"  # from statistics to logits, (K, D), where a release has it
GPU_SIGNS = (Path("/proc/driver/nvidia/version"), Path("/dev/dxg"))  # dxg: a GPU lent to Linux by Windows

Tensors = Mapping[str, NDArray[np.generic]]


def runtime_for(card: ModelCard, tensors: Tensors, home: Path) -> Runtime:
    """torch where there is a GPU; else the exported network of the release in ``home``, or torch if it has none.

    Args:
        tensors: The network's weights, as released.

    Raises:
        CorruptModel: the exported file or the weights are not those of the card.
    """
    if not _has_gpu() and _is_exported(card, home):
        from ml.runtime.cpu import OnnxRuntime

        return OnnxRuntime(exported(card, home), head_of(tensors, len(card.labels)))
    return _torch_runtime(card, tensors)


def head_of(tensors: Tensors, labels: int) -> Floats:
    """The weights from the maps' means to the logits, float32 (K, C), as ``ml.network.LesionNet.rows`` says.

    The linear layer is the only matrix of the backbone with a row for each label.

    Raises:
        CorruptModel: there is none.
    """
    rows = [t for name, t in tensors.items() if name.startswith("backbone.") and t.ndim == 2 and len(t) == labels]
    if len(rows) != 1:
        raise CorruptModel("the weights do not end in one linear layer with a row for each label")
    head = rows[0].astype(np.float32)
    return np.concatenate([head, np.eye(labels, dtype=np.float32)], 1) if READING in tensors else head


def _is_exported(card: ModelCard, home: Path) -> bool:
    there = all((home / name).is_file() for name in EXPORTED)
    return bool(card.runtime_sha256) and there and find_spec("onnxruntime") is not None


def exported(card: ModelCard, home: Path, names: Sequence[str] = EXPORTED) -> list[bytes]:
    """The files of a release's exported network, after their checksum was compared with the card's.

    Raises:
        CorruptModel: a file is missing, or they are not the ones the card was written for.
    """
    try:
        files = [(home / name).read_bytes() for name in names]
    except OSError as error:
        raise CorruptModel(f"the exported network of {card.task} {card.version} is missing") from error
    if checksum(files) != card.runtime_sha256:
        raise CorruptModel(f"the exported network of {card.task} {card.version} is not that of its card")
    return files


def checksum(files: Iterable[bytes]) -> str:
    """What a card says of its exported files: the SHA-256 of one after the other."""
    return hashlib.sha256(b"".join(files)).hexdigest()


def _torch_runtime(card: ModelCard, tensors: Tensors) -> Runtime:
    from ml.network import loaded_net
    from ml.runtime.gpu import TorchRuntime

    return TorchRuntime(loaded_net(card, tensors))


def _has_gpu() -> bool:
    """Looked for without torch, whose import alone costs seconds and 300 MB."""
    if not any(sign.exists() for sign in GPU_SIGNS):
        return False
    import torch

    return torch.cuda.is_available()
