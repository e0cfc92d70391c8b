"""Writes a network as ONNX for the CPU runtime, and refuses a file that does not answer as torch does."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Sequence
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
from ml.releases import CARD, REGISTRY, load_weights, model_card
from ml.runtime.base import Pass
from ml.runtime.choose import EXPORTED, checksum
from ml.runtime.cpu import OnnxRuntime
from ml.sample import sample_picture

AGREEMENT = 1e-3  # largest difference of a logit; measured 1e-6 to 1e-5
SMALL = 1024  # weights of a tensor; below that, rounding to 16 bit would save nothing


def export_network(net: LesionNet, card: ModelCard) -> tuple[bytes, bytes]:
    """The network's front and back, an ONNX file each: images, (N, 3, S, S), to the maps half way, and these to logits.

    Together they yield what a ``ml.runtime.base.Pass`` has; the back alone answers for maps that were altered.

    Weights are kept in 16 bit, as in the release, and computed with in 32.

    Raises:
        CorruptModel: the file answers otherwise than ``net``.
    """
    picture = to_input(sample_picture(), size=card.image_size, mean=card.mean, std=card.std)
    images = torch.from_numpy(np.stack([picture, picture[:, ::-1]]).copy())
    front, back = _Part(net, net.front).eval(), _Part(net, net.back).eval()
    with torch.inference_mode():
        middle = front(images)
        wanted = back(middle)[0].numpy()
    *ends, half_way = Pass._fields
    files = to_onnx(front, images, (half_way,)), to_onnx(back, middle.clone(), ends, half_way)
    seen = OnnxRuntime(files, net.rows().detach().numpy())(images.numpy())
    difference = float(np.abs(seen.logits - wanted).max())
    if difference > AGREEMENT:
        raise CorruptModel(f"the exported network of {card.task} differs by {difference:.1e} from torch's")
    return files


def to_onnx(module: nn.Module, given: Tensor, outputs: Sequence[str], named: str = "images") -> bytes:
    """Any module of one input, (N, …) with N free, as one ONNX file that keeps its weights in 16 bit.

    torch's tracing exporter leaves every weight as it is, and the runtime folds the normalisations in when it loads:
    the file agrees within 1e-5. The newer one takes 15 times as long and folds first, so that rounding to 16 bit then
    shifts logits by 0.04.
    """
    blob = BytesIO()
    free = {name: {0: "n"} for name in (named, *outputs)}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter announces its successor
        torch.onnx.export(
            module, (given,), cast(Any, blob), input_names=[named], output_names=list(outputs), dynamic_axes=free,
            dynamo=False, training=torch.onnx.TrainingMode.PRESERVE, do_constant_folding=False,
        )  # fmt: skip
    model = onnx.load_from_string(blob.getvalue())
    _halve(model.graph)
    return bytes(model.SerializeToString())


def add_export(task: str, version: str | None = None, registry: Path = REGISTRY) -> ModelCard:
    """Give a release that has none its exported network, and its card the checksum; returns the new card."""
    card = model_card(task, version, registry)
    files = export_network(loaded_net(card, load_weights(card, registry)), card)
    home = registry / card.task / card.version
    for name, file in zip(EXPORTED, files, strict=True):
        (home / name).write_bytes(file)
    said = json.loads((home / CARD).read_text(encoding="utf-8"))  # keeps the words of a card of older days
    said["runtime_sha256"] = checksum(files)
    (home / CARD).write_text(json.dumps(said, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return model_card(task, card.version, registry)


class _Part(nn.Module):
    """A part of a network as the forward pass, which is what the exporter follows."""

    def __init__(self, net: LesionNet, part: Callable[[Tensor], Any]) -> None:
        super().__init__()
        self.net = net.to("cpu", memory_format=torch.contiguous_format)  # type: ignore[call-overload]
        self.part = part

    def forward(self, given: Tensor) -> Any:
        return self.part(given)


def _halve(graph: onnx.GraphProto) -> None:
    """Keep large weights in 16 bit; the runtime widens each once, when it loads."""
    for tensor in graph.initializer:
        if tensor.data_type != onnx.TensorProto.FLOAT or np.prod(tensor.dims) < SMALL:
            continue
        name, half = tensor.name, numpy_helper.to_array(tensor).astype(np.float16)
        tensor.CopyFrom(numpy_helper.from_array(half, f"{name}.half"))
        widened = onnx.helper.make_node("Cast", [f"{name}.half"], [name], to=onnx.TensorProto.FLOAT)
        graph.node.insert(0, widened)
