"""What a mistake costs, by how rare a class is and by whether its absence was confirmed."""

import torch

from ml.training.experiment import Experiment
from ml.training.losses import Loss


def test_an_unnamed_disease_costs_less_than_a_named_one() -> None:
    experiment = Experiment("dog_eye", ("a", "b"), kind="multilabel", unknown_weight=0.5)
    targets = torch.tensor([[1.0, 0.0]])
    loss = Loss(experiment, targets)
    missed, overstated = torch.tensor([[-4.0, -4.0]]), torch.tensor([[4.0, 4.0]])
    assert loss(missed, targets) > loss(overstated, targets)


def test_a_rare_class_is_not_drowned_by_a_common_one() -> None:
    experiment = Experiment("human_skin", ("nv", "mel"), label_smoothing=0.0)
    targets = torch.tensor([[1.0, 0.0]] * 9 + [[0.0, 1.0]])
    loss = Loss(experiment, targets)
    assert loss(torch.zeros(10, 2), targets) < torch.log(torch.tensor(2.0))  # the prior already explains the counts
    assert loss.log_prior[1] < loss.log_prior[0]
