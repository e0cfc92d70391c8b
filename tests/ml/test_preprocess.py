"""What the network sees in serving is what it saw in training."""

import numpy as np
import torch
from torchvision.transforms import InterpolationMode
from torchvision.transforms.v2 import functional as F

from ml.preprocess import PLENTY, normalise, reduced, square, to_input
from ml.training.experiment import EXPERIMENTS
from ml.training.forward import network_input
from tests.ml.drawn import drawn_eye


def test_training_and_serving_normalise_alike() -> None:
    experiment = EXPERIMENTS["human_skin"]
    squares = np.random.default_rng(0).integers(0, 256, (2, 3, 32, 32), dtype=np.uint8)
    trained = network_input(torch.from_numpy(squares), experiment, torch.device("cpu")).numpy()
    assert np.abs(normalise(squares, experiment.mean, experiment.std) - trained).max() < 1e-6


def test_the_square_is_torchvisions_within_three_grey_levels() -> None:
    for picture in (drawn_eye(320, 240), drawn_eye(2016, 1512), drawn_eye(90, 120)):
        pixels = F.pil_to_tensor(picture)
        theirs = F.resize(pixels, [160, 160], InterpolationMode.BICUBIC, antialias=True).numpy().astype(int)
        difference = np.abs(square(picture, 160) - theirs)
        assert difference.max() <= 3 and difference.mean() < 0.05


def test_a_picture_becomes_three_channels_around_zero() -> None:
    array = to_input(drawn_eye(), size=48, mean=(0.5, 0.5, 0.5), std=(0.5, 0.5, 0.5))
    assert array.shape == (3, 48, 48) and array.dtype == np.float32
    assert array.min() >= -1 and array.max() <= 1


def test_the_whole_picture_is_in_the_square() -> None:
    picture = drawn_eye(300, 100)
    picture.paste((0, 0, 255), (0, 0, 30, 100))
    red, _, blue = square(picture, 60).astype(int)
    assert (blue[:, :5] - red[:, :5] > 200).all() and not (blue[:, 8:] - red[:, 8:] > 100).any()


def test_a_rough_look_takes_a_whole_part_of_a_large_photo_and_leaves_a_small_one() -> None:
    small, large = drawn_eye(2 * PLENTY + 100, 2 * PLENTY - 1), drawn_eye(1008, 756)
    assert reduced(small) is small
    assert reduced(large).size == (504, 378)
    difference = np.abs(square(reduced(large), 160).astype(int) - square(large, 160))
    assert difference.mean() < 0.5
