"""LesionNet: a timm backbone, global average pooling and one linear layer; one pass yields logits and feature maps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import timm
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from ml.cards import ModelCard
from ml.errors import CorruptModel
from ml.runtime.choose import READING

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
        self.reading: nn.Linear | None = None  # from statistics of the later stages to what it adds to the logits

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
        """Logits, (N, K), feature maps, (N, C, h, w), and statistics, (N, D), of one pass: ``back`` of ``front``."""
        return self.back(self.front(images))

    def front(self, images: Tensor) -> Tensor:
        """The maps half way, (N, C', h', w'): what the network's second half sees of images. For convolutional ones."""
        maps = images
        for module in (module for stage in self._halves()[0] for module in stage):
            maps = module(maps)
        return maps

    def back(self, middle: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Logits, (N, K), feature maps, (N, C, h, w), and statistics of the stages, (N, D), of the maps half way.

        They are the mean and the root mean square of each channel, in the second half of the network but for its last
        stage, which has unlearnt what kind of photo it looks at (``ml.intake``).
        """
        after, maps = [], middle
        for stage in self._halves()[1]:
            for module in stage:
                maps = module(maps)
            after.append(maps)
        kept = after[:-1]
        statistics = torch.cat([part for stage in kept for part in (stage.mean((2, 3)), _rms(stage)[:, :, 0, 0])], 1)
        logits = self.classify(maps)
        if self.reading is not None:
            logits = logits + self.reading(statistics)
            maps = torch.cat([maps, self._evidence(self.reading.weight, kept, maps)], 1)
        return logits, maps, statistics

    def rows(self) -> Tensor:
        """The linear layer from the means of ``look``'s maps to its logits, but for a constant: (K, C)."""
        head: Tensor = self.head.weight
        return head if self.reading is None else torch.cat([head, torch.eye(len(head)).to(head)], 1)

    @staticmethod
    def _evidence(weight: Tensor, kept: list[Tensor], last: Tensor) -> Tensor:
        """Where the reading finds what it adds: maps (N, K, h, w) whose means are its part of the logits.

        A root mean square is the mean of x² over it, so that its evidence has a place as well. Sides are multiples
        of the last stage's, as those of images of a multiple of 32 px are.
        """
        rows = weight[:, :, None, None].split([width for stage in kept for width in [stage.shape[1]] * 2], 1)
        found = [
            F.conv2d(stage, mean) + F.conv2d(stage.square() / _rms(stage).clamp(min=1e-12), rms)
            for stage, mean, rms in zip(kept, rows[::2], rows[1::2], strict=True)
        ]
        coarse = [F.avg_pool2d(part, int(part.shape[2]) // int(last.shape[2])) for part in found]
        return torch.stack(coarse).sum(0)

    def _halves(self) -> tuple[list[list[nn.Module]], list[list[nn.Module]]]:
        stages = self.stages()
        middle = (len(stages) + 1) // 2
        return stages[:middle], stages[middle:]

    def stages(self) -> list[list[nn.Module]]:
        """The network from front to back: the stem, each stage, then whatever follows them but the linear layer.

        Raises:
            ValueError: a backbone of another family than these three.
        """
        net = self.backbone
        if hasattr(net, "conv_stem"):  # EfficientNet family
            return [[net.conv_stem, net.bn1], *([block] for block in net.blocks), [net.conv_head, net.bn2]]
        if hasattr(net, "layer1"):  # ResNet family
            stem = [net.conv1, net.bn1, net.act1, net.maxpool]
            return [stem, [net.layer1], [net.layer2], [net.layer3], [net.layer4]]
        if hasattr(net, "patch_embed"):  # vision transformers
            return [[net.patch_embed], *([block] for block in net.blocks[:-1]), [net.blocks[-1], net.norm]]
        raise ValueError(f"{type(net).__name__} has no known stages; choose an EfficientNet or a ResNet")


def _rms(maps: Tensor) -> Tensor:
    """Root mean square of each channel, (N, C, 1, 1)."""
    return maps.square().mean((2, 3), keepdim=True).sqrt()


def loaded_net(card: ModelCard, tensors: Mapping[str, NDArray[np.generic]]) -> LesionNet:
    """The network of a release with its weights, set to answer; what else a release carries is passed over.

    Raises:
        CorruptModel: the weights are of another architecture.
    """
    net = LesionNet(card.architecture, len(card.labels))
    if (weight := tensors.get(READING)) is not None:
        net.reading = nn.Linear(weight.shape[1], len(card.labels))
    parts = ("backbone.", "reading.")
    own = {name: torch.from_numpy(np.array(t)) for name, t in tensors.items() if name.startswith(parts)}
    try:
        net.load_state_dict(own)
    except RuntimeError as error:
        raise CorruptModel(f"the weights of {card.task} {card.version} do not fit its architecture") from error
    return net.eval()
