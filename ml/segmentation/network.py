"""The outline network: a U-Net of segmentation-models-pytorch over a timm encoder with ImageNet's weights."""

from __future__ import annotations

from typing import Any

import segmentation_models_pytorch as smp
from torch import Tensor, nn

from ml.segmentation.experiment import OutlineExperiment
from ml.training.pretrained import PACKAGED_WEIGHTS, packaged


class OutlineNet(nn.Module):
    """Says for each pixel of a square whether it belongs to the lesion (Ronneberger 2015, arXiv 1505.04597)."""

    unet: Any  # smp's classes come without types

    def __init__(self, encoder: str, decoder: tuple[int, ...]) -> None:
        super().__init__()
        self.unet = smp.Unet(f"tu-{encoder}", encoder_weights=None, decoder_channels=decoder, classes=1)

    def forward(self, images: Tensor) -> Tensor:
        """Logits, float32 (N, 1, S, S), of normalised images, float32 (N, 3, S, S); S is a multiple of 32."""
        logits: Tensor = self.unet(images)
        return logits

    @property
    def encoder(self) -> nn.Module:
        """The timm network below."""
        below: nn.Module = self.unet.encoder.model
        return below

    def front(self, stages: int) -> list[nn.Module]:
        """The first ``stages`` of the encoder: stem, then blocks."""
        net: Any = self.encoder
        return [module for stage in [[net.conv_stem, net.bn1], *([b] for b in net.blocks)][:stages] for module in stage]

    def train(self, mode: bool = True) -> OutlineNet:
        """The encoder keeps ImageNet's batch statistics: those of a dozen photos are noise."""
        super().train(mode)
        self.encoder.eval()
        return self


def untrained(experiment: OutlineExperiment) -> OutlineNet:
    """The network of an experiment, with random weights."""
    return OutlineNet(experiment.encoder, experiment.decoder)


def load_imagenet(net: OutlineNet, encoder: str) -> None:
    """Start the encoder from its packaged ImageNet weights; what follows the last block is left out.

    Raises:
        LookupError: no package carries weights of this encoder.
    """
    weights = packaged(encoder)
    if weights is None:
        raise LookupError(f"ImageNet weights of {encoder} are not installed; packaged: {', '.join(PACKAGED_WEIGHTS)}")
    reference = list(weights.values())
    own = net.encoder.state_dict()  # the package names the same tensors otherwise but lists them in the same order
    net.encoder.load_state_dict(dict(zip(own, reference[: len(own)], strict=True)), strict=True)
