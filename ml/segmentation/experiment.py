"""One run of the outline network as one table of choices; the card of a released model carries it word for word."""

from __future__ import annotations

from dataclasses import dataclass

from ml.training.choices import Choices

TASK = "lesion_outline"


@dataclass(frozen=True)
class OutlineExperiment(Choices):
    """Every choice of a run; the defaults suit one CPU core and a thousand photos."""

    task: str = TASK
    encoder: str = "tf_efficientnet_lite0"  # a timm name whose ImageNet weights come as a package
    decoder: tuple[int, ...] = (96, 48, 32, 16, 16)  # channels, deepest first: 7.2 MB in half precision
    image_size: int = 128  # pixels the network trains at, mostly on parts of a photo
    serve_size: int = 128  # pixels it is shown of a whole photo; a multiple of 32
    mean: tuple[float, float, float] = (0.5, 0.5, 0.5)  # the Lite family's own
    std: tuple[float, float, float] = (0.5, 0.5, 0.5)
    frozen_stages: int = 4  # stem and first blocks stay as ImageNet left them
    epochs: int = 10
    batch_size: int = 12
    learning_rate: float = 2e-3  # of the decoder; one-cycle peak
    encoder_share: float = 0.25  # the encoder learns this much slower
    weight_decay: float = 0.02
    ema_decay: float = 0.99  # averaged weights are what is released
    dice: float = 0.5  # weight of the Dice loss beside binary cross-entropy
    min_scale: float = 0.45  # smallest share of the photo that a training crop keeps
    colour: float = 0.25  # brightness, contrast and saturation vary by this share
    hair: float = 0.3  # how often lines like hairs are drawn over the photo
    border: float = 0.2  # how often it gets the dark frame of a dermatoscope
    strangers: float = 0.08  # share of a batch that shows no lesion, where such photos are given
    seed: int = 20261122
