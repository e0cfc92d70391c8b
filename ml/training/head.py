"""Stage one of training: a linear head on ImageNet's features, each photo shown to the network once."""

from __future__ import annotations

import torch
from torch.utils.data import DataLoader, TensorDataset
from tqdm import tqdm

from ml.network import LesionNet
from ml.training.data import Photos
from ml.training.experiment import Experiment
from ml.training.forward import pooled_features
from ml.training.losses import Loss

PHOTOS = 3000  # enough to place a linear layer; fine-tuning sees them all


def fit_head(net: LesionNet, photos: Photos, experiment: Experiment, loss: Loss) -> None:
    """Features of up to ``PHOTOS`` photos once, then many cheap epochs over them; changes ``net.head`` only."""
    some = torch.randperm(len(photos.targets))[:PHOTOS].sort().values
    features = pooled_features(net, photos.squares[some], experiment)
    data = TensorDataset(features, photos.targets[some].to(features.device))
    optimiser = torch.optim.AdamW(net.head.parameters(), lr=2e-3, weight_decay=experiment.weight_decay)
    for _ in tqdm(range(experiment.head_epochs), desc="head", unit="epoch"):
        for batch, targets in DataLoader(data, 256, shuffle=True):
            optimiser.zero_grad()
            loss(net.head(batch), targets).backward()
            optimiser.step()
