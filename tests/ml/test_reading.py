"""A linear reading of the later stages adds to the answer, and what it adds has its place on the map."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from ml.gradcam import grad_cam
from ml.network import LesionNet, loaded_net
from ml.runtime.choose import READING, head_of
from ml.runtime.cpu import OnnxRuntime
from ml.runtime.export import export_network
from ml.runtime.gpu import TorchRuntime
from ml.training.metrics import balanced_accuracy, mean_auroc
from ml.training.reading import fit_reading
from tests.ml.shelf import CARD

BACKBONES = ["tf_efficientnet_lite0", "resnet18"]


def _net(backbone: str) -> LesionNet:
    """Random weights, with a reading that says a good deal."""
    torch.manual_seed(0)
    net = LesionNet(backbone, 3).half().float()  # as released: what 16 bit can say
    width = net.eval().look(torch.zeros(1, 3, 64, 64))[2].shape[1]
    net.reading = nn.Linear(width, 3)
    return net.eval().requires_grad_(False)


@pytest.mark.parametrize("backbone", BACKBONES)
def test_the_answer_is_the_mean_of_the_evidence_at_all_places(backbone: str) -> None:
    net = _net(backbone)
    logits, maps, _ = net.look(torch.randn(2, 3, 96, 96))
    constant = net.head.bias + net.reading.bias  # type: ignore[union-attr]
    assert torch.allclose(maps.mean((2, 3)) @ net.rows().T + constant, logits, atol=1e-4)
    plain = net.classify(net.features(torch.zeros(1, 3, 96, 96)))
    assert not torch.allclose(plain, net.look(torch.zeros(1, 3, 96, 96))[0], atol=1e-3)


def test_the_map_shows_what_the_reading_saw() -> None:
    net = _net("resnet18")
    with torch.no_grad():
        net.head.weight.zero_()  # only the reading speaks
        net.reading.weight.abs_()  # type: ignore[union-attr]
    image = torch.zeros(1, 3, 128, 128)
    image[:, :, :48, :48] = torch.randn(3, 48, 48) * 3
    _, maps, _ = net.look(image)
    heatmap = grad_cam(maps[0].numpy(), net.rows().numpy(), 1)
    middle = len(heatmap) // 2
    assert heatmap[:middle, :middle].mean() > 2 * heatmap[middle:, middle:].mean()


@pytest.mark.parametrize("backbone", BACKBONES)
def test_a_released_reading_is_served_alike_by_both_runtimes(backbone: str) -> None:
    tensors = {name: tensor.numpy() for name, tensor in _net(backbone).state_dict().items()}
    card = replace(CARD, architecture=backbone, image_size=96)
    net = loaded_net(card, tensors)
    assert READING in tensors and net.reading is not None
    served, reference = OnnxRuntime(export_network(net, card), head_of(tensors, 3)), TorchRuntime(net)
    assert np.array_equal(served.head, reference.head)
    images = np.random.default_rng(0).normal(size=(2, 3, 96, 96)).astype(np.float32)
    for ours, theirs in zip(served(images), reference(images), strict=True):
        assert np.abs(ours - theirs).max() < 1e-3 * max(1, np.abs(theirs).max())


@pytest.mark.parametrize("kind", ["multiclass", "multilabel"])
def test_a_reading_learns_the_labels_and_has_the_share_it_was_given(kind: str) -> None:
    dice = np.random.default_rng(0)
    truth = dice.choice(3, 900, p=[0.8, 0.15, 0.05])
    targets = np.eye(3, dtype=np.float32)[truth]
    statistics = np.concatenate([targets * [1, 50, 0.02] + dice.normal(size=(900, 3)) * [0.4, 20, 0.008]], 1)
    logits = dice.normal(size=(900, 3)) * 5
    weight, bias = fit_reading(statistics, targets, kind, (logits, statistics), 0.25)
    added = statistics @ weight.T + bias
    assert added.std() / logits.std() == pytest.approx(0.25 / 0.75, rel=1e-3)
    assert mean_auroc(added, targets) > 0.9
    assert weight.shape == (3, 3) and weight.dtype == bias.dtype == np.float32
    if kind == "multiclass":
        assert balanced_accuracy(added, targets) > 0.75  # the rare label counts as much as the common one


def test_a_reading_of_two_labels_has_a_row_for_each() -> None:
    dice = np.random.default_rng(0)
    targets = np.eye(2, dtype=np.float32)[dice.integers(0, 2, 200)]
    statistics = targets + dice.normal(size=(200, 2)) * 0.3
    weight, bias = fit_reading(statistics, targets, "multiclass", (targets, statistics), 0.5)
    assert weight.shape == (2, 2) and balanced_accuracy(statistics @ weight.T + bias, targets) > 0.9
