"""What the first Walness (github.com/chickengak/walness) does with a photo, step by step, in torch instead of Keras.

The photo is written to disk. For the heat map a network is loaded from its file, the photo is decoded in full, passed
forward, and the top class's score is traced back to the last feature map; the photo is decoded in full once more,
painted over and written as a PNG of 224 × 224 pixels. For the answer a second network of the same kind is loaded from
its file, the photo decoded in full a third time, and passed forward.
"""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import timm
import torch
from numpy.typing import NDArray
from PIL import Image
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from ml.inference import model_card
from ml.network import loaded_net
from ml.releases import load_weights

SIDE = 224  # pixels that both of its networks see
Load = Callable[[], nn.Module]  # a network with forward_features and forward_head, from its file


def resnets(folder: Path, classes: int = 6) -> Load:
    """Its own kind of network, ResNet-50. Random weights: what they say is not looked at, and costs the same."""
    file = folder / "resnet50.safetensors"
    save_file(timm.create_model("resnet50", num_classes=classes).state_dict(), file)

    def load() -> nn.Module:
        net: nn.Module = timm.create_model("resnet50", num_classes=classes)
        net.load_state_dict(load_file(file))
        return net.eval()

    return load


def released(task: str) -> Load:
    """Our released network, loaded from its file in the same manner."""
    card = model_card(task)

    def load() -> nn.Module:
        net: nn.Module = loaded_net(card, load_weights(card)).backbone
        return net

    return load


def answer(photo: bytes, load: Load, folder: Path) -> tuple[int, float]:
    """The class and its probability; the painted photo lies in ``folder``."""
    path = folder / "upload.jpg"
    path.write_bytes(photo)
    _painted(path, _heat(load(), path), folder / "result.png")
    with torch.no_grad():
        shares = _forward(load(), _read(path))[0].softmax(1)[0]
    return int(shares.argmax()), round(float(shares.max()) * 100, 2)


def _read(path: Path) -> Tensor:
    """Decoded in full and shrunk by its nearest pixels, as Keras' load_img does unless told otherwise."""
    with Image.open(path) as picture:
        small = picture.convert("RGB").resize((SIDE, SIDE), Image.Resampling.NEAREST)
    return torch.from_numpy(np.asarray(small, np.float32).transpose(2, 0, 1)[None].copy())


def _forward(net: nn.Module, images: Tensor) -> tuple[Tensor, Tensor]:
    maps: Tensor = net.forward_features(images)  # type: ignore[operator]
    return net.forward_head(maps), maps  # type: ignore[operator]


def _heat(net: nn.Module, path: Path) -> NDArray[np.float32]:
    logits, maps = _forward(net, _read(path))
    (slopes,) = torch.autograd.grad(logits[0].max(), maps)  # back to the map, as its tape does, and not to every weight
    heat = (maps[0] * slopes.mean((0, 2, 3))[:, None, None]).sum(0).clamp(min=0).detach().numpy()
    return np.asarray(heat / max(float(heat.max()), 1e-12), np.float32)


def _painted(path: Path, heat: NDArray[np.float32], result: Path) -> None:
    picture = cv2.imread(str(path))
    assert picture is not None
    small = cv2.resize(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), (SIDE, SIDE))
    colours = cv2.applyColorMap((255 * cv2.resize(heat, (SIDE, SIDE))).astype(np.uint8), cv2.COLORMAP_JET)
    cv2.imwrite(str(result), cv2.addWeighted(small, 0.8, colours, 0.2, 0))
