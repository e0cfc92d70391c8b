"""What a network makes of decoded squares, batch by batch: logits and pooled features."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torchvision.transforms.v2 import functional as F
from tqdm import tqdm

from ml.network import LesionNet
from ml.training.experiment import Experiment

BATCH = 64


def network_input(squares: Tensor, experiment: Experiment, device: torch.device) -> Tensor:
    """Normalised images, float32 (N, 3, S, S) on ``device``, of squares, uint8 (N, 3, S, S).

    The arithmetic is that of ``ml.preprocess.normalise``, on the device.
    """
    scaled = squares.to(device).to(torch.float32).div_(255)
    images: Tensor = F.normalize(scaled, list(experiment.mean), list(experiment.std))
    return images.contiguous(memory_format=torch.channels_last)


def predict_logits(net: nn.Module, squares: Tensor, experiment: Experiment) -> Tensor:
    """Logits, float32 (N, K) on the CPU, of squares, uint8 (N, 3, S, S); leaves ``net`` in evaluation mode."""
    net.eval()
    device = next(net.parameters()).device
    with torch.inference_mode(), in_16_bit(experiment, device):
        parts = [net(network_input(part, experiment, device)).float().cpu() for part in squares.split(BATCH)]
    return torch.cat(parts)


def in_16_bit(experiment: Experiment, device: torch.device) -> torch.autocast:
    """The context in which a network runs in bfloat16 where the experiment says so: on a GPU unless told otherwise."""
    wanted = experiment.precision
    enabled = wanted == "bfloat16" or (wanted == "auto" and device.type == "cuda")
    return torch.autocast(device.type, torch.bfloat16, enabled=enabled)


@torch.no_grad()
def pooled_features(net: LesionNet, squares: Tensor, experiment: Experiment) -> Tensor:
    """Features before the linear layer, float32 (N, C) on the network's device, of squares of any size."""
    net.eval()
    size, device = [experiment.image_size] * 2, net.head.weight.device
    parts = []
    for part in tqdm(squares.split(BATCH), desc="features", unit="batch"):
        small = nn.functional.interpolate(part.float(), size, mode="bilinear", antialias=True).to(torch.uint8)
        images = network_input(small, experiment, device)
        with in_16_bit(experiment, device):
            parts.append(net.backbone.forward_head(net.features(images), pre_logits=True).float())
    return torch.cat(parts)
