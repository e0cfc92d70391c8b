"""Random views of a photo keep its colours."""

import random

import numpy as np
import torch

from ml.training.augment import random_view
from ml.training.experiment import Experiment


def test_a_turned_view_has_no_black_corner() -> None:
    random.seed(0)
    white = torch.full((3, 40, 40), 255, dtype=torch.uint8)
    experiment = Experiment("human_skin", ("nv",), image_size=32, colour=0.0)
    views = [np.asarray(random_view(white, experiment)) for _ in range(40)]
    assert all(view.shape == (3, 32, 32) and view.min() > 250 for view in views)


def test_an_erased_view_loses_up_to_half_of_the_photo_to_the_colour_of_the_rest() -> None:
    random.seed(0)
    torch.manual_seed(0)
    two_tone = torch.full((3, 40, 40), 50, dtype=torch.uint8)
    two_tone[:, :, 20:] = 150
    experiment = Experiment("human_eye", ("a",), image_size=40, colour=0.0, min_scale=1.0, rotate=False, erase=1.0)
    lost = [_between(random_view(two_tone, experiment)) for _ in range(40)]
    assert 0.05 < min(lost) < 0.2 and 0.4 < max(lost) < 0.55
    assert _between(random_view(two_tone, experiment.with_options({"erase": 0.0}))) < 0.05


def _between(view: torch.Tensor) -> float:
    """The share of a two-tone view that is neither tone."""
    return float(((view > 60) & (view < 140)).float().mean())
