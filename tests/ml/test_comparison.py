"""Our map beside those of pytorch-grad-cam: the same as Grad-CAM, and a figure that draws them all."""

from pathlib import Path

import numpy as np
import torch

from ml.network import LesionNet, loaded_net
from ml.training.comparison import METHODS, OURS, compare, correlation, plot_comparison
from tests.ml.drawn import drawn_eye
from tests.ml.shelf import CARD


def untrained() -> LesionNet:
    torch.manual_seed(0)
    net = LesionNet(CARD.architecture, len(CARD.labels))
    with torch.no_grad():
        net.head.weight.abs_()
    return net.eval()


def test_our_map_is_grad_cam_and_the_others_are_drawn_beside_it(tmp_path: Path) -> None:
    net = untrained()
    maps = compare(net, CARD, drawn_eye())
    assert list(maps) == [OURS, *METHODS]
    assert all(heatmap.shape == (64, 64) and np.isfinite(heatmap).all() for heatmap in maps.values())
    assert correlation(maps[OURS], maps["Grad-CAM"]) > 0.95
    plot_comparison(net, CARD, {"an eye": drawn_eye}, tmp_path / "maps.png")
    assert (tmp_path / "maps.png").stat().st_size > 5000


def test_a_released_network_comes_set_to_answer() -> None:
    tensors = {name: tensor.numpy() for name, tensor in untrained().state_dict().items()}
    assert not loaded_net(CARD, tensors).training  # as it learns, its maps would be of the one photo's own statistics


def test_maps_of_other_weights_agree_less() -> None:
    net, other = untrained(), untrained()
    with torch.no_grad():
        other.head.weight.copy_(net.head.weight.flip(1))
    ours, theirs = compare(net, CARD, drawn_eye()), compare(other, CARD, drawn_eye())
    assert correlation(ours[OURS], theirs[OURS]) < correlation(ours[OURS], ours["Grad-CAM"])
