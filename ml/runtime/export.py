"""Writes a network as ONNX for the CPU runtime, and refuses a file that does not answer as torch does."""

from __future__ import annotations

import hashlib
import json
import warnings
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any, cast

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn

from ml.cards import ModelCard
from ml.errors import CorruptModel
from ml.network import LesionNet, loaded_net
from ml.preprocess import to_input
from ml.releases import REGISTRY, load_weights, model_card
from ml.runtime.base import Pass
from ml.runtime.choose import EXPORTED
from ml.runtime.cpu import one_by_one, session_of
from ml.sample import sample_picture

AGREEMENT = 1e-3  # largest difference of a logit; measured 1e-6 to 1e-5
SMALL = 1024  # weights of a tensor; below that, rounding to 16 bit would save nothing


def export_network(net: LesionNet, card: ModelCard) -> bytes:
    """The network as one ONNX file: images (N, 3, S, S) to the three parts of a ``ml.runtime.base.Pass``.

    Weights are kept in 16 bit, as in the release, and computed with in 32.

    Raises:
        CorruptModel: the file answers otherwise than ``net``.
    """
    picture = to_input(sample_picture(), size=card.image_size, mean=card.mean, std=card.std)
    images = torch.from_numpy(np.stack([picture, picture[:, ::-1]]).copy())
    look = _Look(net).eval()
    model = to_onnx(look, images, Pass._fields)
    with torch.inference_mode():
        wanted = look(images)[0].numpy()
    seen = Pass(*one_by_one(session_of(model), images.numpy()))
    difference = float(np.abs(seen.logits - wanted).max())
    if difference > AGREEMENT:
        raise CorruptModel(f"the exported network of {card.task} differs by {difference:.1e} from torch's")
    return model


def to_onnx(module: nn.Module, images: Tensor, outputs: Sequence[str]) -> bytes:
    """Any module of one input, ``images`` (N, …) with N free, as one ONNX file that keeps its weights in 16 bit.

    torch's tracing exporter leaves every weight as it is, and the runtime folds the normalisations in when it loads:
    the file agrees within 1e-5. The newer one takes 15 times as long and folds first, so that rounding to 16 bit then
    shifts logits by 0.04.
    """
    blob = BytesIO()
    free = {name: {0: "n"} for name in ("images", *outputs)}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter announces its successor
        torch.onnx.export(
            module, (images,), cast(Any, blob), input_names=["images"], output_names=list(outputs), dynamic_axes=free,
            dynamo=False, training=torch.onnx.TrainingMode.PRESERVE, do_constant_folding=False,
        )  # fmt: skip
    model = onnx.load_from_string(blob.getvalue())
    _halve(model.graph)
    return bytes(model.SerializeToString())


def add_export(task: str, version: str | None = None, registry: Path = REGISTRY) -> ModelCard:
    """Give a release that has none its exported network, and its card the checksum; returns the new card."""
    card = model_card(task, version, registry)
    model = export_network(loaded_net(card, load_weights(card, registry)), card)
    home = registry / card.task / card.version
    (home / EXPORTED).write_bytes(model)
    said = json.loads((home / "card.json").read_text(encoding="utf-8"))  # keeps the words of a card of older days
    said["runtime_sha256"] = hashlib.sha256(model).hexdigest()
    (home / "card.json").write_text(json.dumps(said, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return model_card(task, card.version, registry)


class _Look(nn.Module):
    """``LesionNet.look`` as the forward pass, which is what the exporter follows."""

    def __init__(self, net: LesionNet) -> None:
        super().__init__()
        self.net = net.to("cpu", memory_format=torch.contiguous_format)  # type: ignore[call-overload]

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        return self.net.look(images)


def _halve(graph: onnx.GraphProto) -> None:
    """Keep large weights in 16 bit; the runtime widens each once, when it loads."""
    for tensor in graph.initializer:
        if tensor.data_type != onnx.TensorProto.FLOAT or np.prod(tensor.dims) < SMALL:
            continue
        name, half = tensor.name, numpy_helper.to_array(tensor).astype(np.float16)
        tensor.CopyFrom(numpy_helper.from_array(half, f"{name}.half"))
        widened = onnx.helper.make_node("Cast", [f"{name}.half"], [name], to=onnx.TensorProto.FLOAT)
        graph.node.insert(0, widened)
