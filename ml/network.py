"""LesionNet: a timm backbone, global average pooling and one linear layer; one pass yields logits and feature maps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import timm
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ml.cards import ModelCard
from ml.errors import CorruptModel

TRANSFORMERS: dict[str, dict[str, Any]] = {  # images of any side; patches normalised each, rather than their mean
    "vit_small_patch14_dinov2": {"dynamic_img_size": True, "fc_norm": False},
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
        options = TRANSFORMERS.get(backbone, {})
        self.backbone = timm.create_model(
            backbone, pretrained=False, num_classes=classes, global_pool=pooling, **options
        )
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

    def look(self, images: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Logits, (N, K), feature maps, (N, C, h, w), and statistics of the stages, (N, D), of one pass.

        They are the mean and the root mean square of each channel, in the second half of the network but for its last
        stage, which has unlearnt what kind of photo it looks at (``ml.intake``). For convolutional networks only.
        """
        statistics, maps, stages = [], images, self.stages()
        for number, stage in enumerate(stages):
            for module in stage:
                maps = module(maps)
            if len(stages) / 2 <= number < len(stages) - 1:
                statistics += [maps.mean((2, 3)), maps.square().mean((2, 3)).sqrt()]
        return self.classify(maps), maps, torch.cat(statistics, 1)

    def stages(self) -> list[list[nn.Module]]:
        """The network from front to back: the stem, each stage, then whatever follows them but the linear layer."""
        net = self.backbone
        if hasattr(net, "conv_stem"):  # EfficientNet family
            return [[net.conv_stem, net.bn1], *([block] for block in net.blocks), [net.conv_head, net.bn2]]
        if hasattr(net, "layer1"):  # ResNet family
            stem = [net.conv1, net.bn1, net.act1, net.maxpool]
            return [stem, [net.layer1], [net.layer2], [net.layer3], [net.layer4]]
        if hasattr(net, "patch_embed"):  # vision transformers
            return [[net.patch_embed], *([block] for block in net.blocks[:-1]), [net.blocks[-1], net.norm]]
        raise ValueError(f"{type(net).__name__} has no known stages; choose an EfficientNet or a ResNet")


def loaded_net(card: ModelCard, tensors: Mapping[str, NDArray[np.generic]]) -> LesionNet:
    """The network of a release with its weights, set to answer; what else a release carries is passed over.

    Raises:
        CorruptModel: the weights are of another architecture.
    """
    net = LesionNet(card.architecture, len(card.labels))
    own = {name: torch.from_numpy(np.array(t)) for name, t in tensors.items() if name.startswith("backbone.")}
    try:
        net.load_state_dict(own)
    except RuntimeError as error:
        raise CorruptModel(f"the weights of {card.task} {card.version} do not fit its architecture") from error
    return net.eval()
