"""The heat map is Grad-CAM of the very pass that answered."""

import numpy as np
import pytest
import torch
from pytorch_grad_cam import GradCAM
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget

from ml.gradcam import as_picture, grad_cam
from ml.network import LesionNet


def _library_map(net: LesionNet, images: torch.Tensor, label: int, layer: torch.nn.Module) -> np.ndarray:
    with GradCAM(model=net, target_layers=[layer]) as cam:
        cam.get_target_width_height = lambda _: None  # keep the map's own resolution: no resizing to compare
        return np.asarray(cam(input_tensor=images, targets=[ClassifierOutputTarget(label)])[0])


@pytest.mark.parametrize(("backbone", "layer"), [("tf_efficientnet_lite0", "bn2"), ("resnet18", "layer4")])
def test_the_single_pass_map_equals_pytorch_grad_cam(backbone: str, layer: str) -> None:
    torch.manual_seed(0)
    net = LesionNet(backbone, 8).eval()
    images = torch.randn(1, 3, 96, 96)
    with torch.no_grad():
        maps = net.features(images)[0].numpy()
    with_evidence = 0
    for label in range(8):
        reference = _library_map(net, images, label, getattr(net.backbone, layer))
        ours = grad_cam(maps, net.head.weight.detach().numpy(), label)
        with_evidence += bool(ours.any())
        stretched = (ours - ours.min()) / (1e-7 + (ours - ours.min()).max())  # the library stretches down to 0 too
        assert np.abs(stretched - reference).max() < 1e-3
    assert with_evidence >= 2


def test_evidence_lies_where_the_one_live_channel_is_bright() -> None:
    maps = np.zeros((2, 3, 3), np.float32)
    maps[0, 1, 2] = 4.0
    maps[0, 0, 0] = 1.0
    heatmap = grad_cam(maps, np.array([[0.5, 9.0]], np.float32), 0)
    assert heatmap[1, 2] == 1 and heatmap[0, 0] == 0.25 and heatmap.sum() == 1.25


def test_what_speaks_against_a_label_is_no_evidence() -> None:
    heatmap = grad_cam(np.ones((1, 2, 2), np.float32), np.array([[-1.0]], np.float32), 0)
    assert not heatmap.any()


def test_a_label_the_network_does_not_have_is_refused() -> None:
    with pytest.raises(IndexError):
        grad_cam(np.ones((1, 2, 2), np.float32), np.ones((1, 1), np.float32), 1)


def test_the_picture_of_a_heat_map_keeps_its_peak_and_its_place() -> None:
    heatmap = np.zeros((4, 4), np.float32)
    heatmap[3, 0] = 1.0
    pixels = np.asarray(as_picture(heatmap))
    assert pixels.dtype == np.uint8 and pixels.max() > 240
    row, column = np.unravel_index(pixels.argmax(), pixels.shape)
    assert row > pixels.shape[0] * 0.75 and column < pixels.shape[1] * 0.25
