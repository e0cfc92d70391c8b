"""Our one-pass heat map beside the methods of pytorch-grad-cam, on drawn pictures only: a figure for the docs."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from matplotlib.figure import Figure
from numpy.typing import NDArray
from PIL import Image
from pytorch_grad_cam import EigenCAM, GradCAM, GradCAMPlusPlus, ScoreCAM
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget

from ml.cards import ModelCard
from ml.gradcam import as_picture, grad_cam
from ml.network import LesionNet, loaded_net
from ml.preprocess import square, to_input
from ml.releases import load_weights, model_card
from ml.sample import sample_picture

METHODS = {"Grad-CAM": GradCAM, "Grad-CAM++": GradCAMPlusPlus, "EigenCAM": EigenCAM, "ScoreCAM": ScoreCAM}
OURS = "ours, in the pass that answers"
Map = NDArray[np.float32]


def compare(net: LesionNet, card: ModelCard, picture: Image.Image) -> dict[str, Map]:
    """The map of each method for the network's own answer, float32 (S, S) in [0, 1], ours first.

    The library sees the last layer alone; where a release has a reading, ours shows what that found as well.
    """
    image = torch.from_numpy(to_input(picture, size=card.image_size, mean=card.mean, std=card.std))[None]
    with torch.no_grad():
        logits, maps, _ = net.look(image)
        label = int(logits.argmax())
    heatmap = grad_cam(maps[0].numpy(), net.rows().detach().numpy(), label)
    size = (card.image_size, card.image_size)
    ours: Map = np.asarray(as_picture(heatmap).resize(size), np.float32) / np.float32(255)
    return {OURS: ours} | {name: _library_map(method, net, image, label) for name, method in METHODS.items()}


def plot_comparison(
    net: LesionNet, card: ModelCard, drawings: dict[str, Callable[[], Image.Image]], path: Path
) -> None:
    """A row per drawing: the drawing, our map over it, and each method's."""
    figure = Figure(figsize=(2 * (len(METHODS) + 2), 2.2 * len(drawings)), layout="constrained")
    rows = figure.subplots(len(drawings), len(METHODS) + 2, squeeze=False)
    for axes, (title, draw) in zip(rows, drawings.items(), strict=True):
        picture = draw()
        maps = compare(net, card, picture)
        pixels = square(picture, card.image_size).transpose(1, 2, 0)
        for place, (name, heatmap) in zip(axes, {title: None, **maps}.items(), strict=True):
            place.imshow(pixels)
            if heatmap is not None:
                place.imshow(heatmap, cmap="jet", alpha=0.5, vmin=0, vmax=1)
            same = f"\n{correlation(maps[OURS], heatmap):.2f}" if heatmap is not None and name != OURS else ""
            place.set_title(name + same, fontsize=8)
            place.set_axis_off()
    figure.savefig(path, dpi=80)


def dark_spot(side: int = 256) -> Image.Image:
    """An uneven dark spot a little off the middle of light, slightly grainy ground."""
    y, x = np.mgrid[0:side, 0:side] / side
    edge = np.hypot(x - 0.58, y - 0.45) - 0.16 - 0.03 * np.sin(5 * np.arctan2(y - 0.45, x - 0.58))
    inside = 1 / (1 + np.exp(60 * edge))
    grain = np.random.default_rng(0).normal(0, 4, (side, side))
    channels = [light * (1 - inside) + dark * inside + grain for light, dark in ((215, 90), (175, 55), (155, 45))]
    return Image.fromarray(np.stack(channels, axis=2).clip(0, 255).astype(np.uint8))


DRAWINGS: dict[str, Callable[[], Image.Image]] = {"rings": sample_picture, "a dark spot": dark_spot}


def _library_map(method: Any, net: LesionNet, image: torch.Tensor, label: int) -> Map:
    with method(model=net, target_layers=[_last_layer(net)]) as cam:
        found: Map = cam(input_tensor=image, targets=[ClassifierOutputTarget(label)])[0]
    return found


def _last_layer(net: LesionNet) -> torch.nn.Module:
    """The layer whose output is pooled: what ``net.features`` ends in."""
    return net.stages()[-1][-1]


def correlation(one: Map, other: Map) -> float:
    """How alike two maps, (S, S), are: 1 for the same map, 0 with nothing in common or where one is flat."""
    flat = np.stack([one.ravel(), other.ravel()])
    if not flat.std(axis=1).all():
        return 0.0
    table: NDArray[np.float64] = np.asarray(np.corrcoef(flat))
    return float(table[0, 1])


if __name__ == "__main__":  # python -m ml.training.comparison human_skin docs/heatmaps.png
    card = model_card(sys.argv[1])
    plot_comparison(loaded_net(card, load_weights(card)), card, DRAWINGS, Path(sys.argv[2]))
