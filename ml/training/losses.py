"""What training minimises: logit-adjusted cross-entropy, or presence with doubtful absence."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from ml.training.balance import class_weights
from ml.training.experiment import Experiment


class Loss:
    """The loss of one experiment over one training set."""

    def __init__(self, experiment: Experiment, targets: Tensor) -> None:
        """``targets``: float32 (N, K) of the whole training set; its class shares are the prior."""
        self.experiment = experiment
        share = targets.mean(0).clamp_min(1 / max(1, len(targets)))  # (K,)
        self.log_prior = experiment.prior_strength * (share / share.sum()).log()
        self.weights = class_weights(targets) if experiment.balance == "weights" else None  # (K,)

    def __call__(self, logits: Tensor, targets: Tensor) -> Tensor:
        """Mean loss, a scalar, of logits and targets, both float32 (N, K)."""
        if self.experiment.kind == "multilabel":
            return self._presence(logits, targets)
        return self._adjusted(logits, targets)

    def _adjusted(self, logits: Tensor, targets: Tensor) -> Tensor:
        """Logits learn what the photo says beyond how common a class is (Menon 2021, arXiv 2007.07314)."""
        adjusted = logits + self.log_prior.to(logits.device)
        shares = targets / targets.sum(1, keepdim=True)
        if self.weights is None and not self.experiment.focal:
            return F.cross_entropy(adjusted, shares, label_smoothing=self.experiment.label_smoothing)
        each = F.cross_entropy(adjusted, shares, label_smoothing=self.experiment.label_smoothing, reduction="none")
        easy = (adjusted.softmax(1) * shares).sum(1)  # what the right class already has
        return self._weighted(each * (1 - easy) ** self.experiment.focal, shares)

    def _weighted(self, each: Tensor, shares: Tensor) -> Tensor:
        """Mean of a loss per photo, (N,), with each photo weighed by its classes."""
        if self.weights is None:
            return each.mean()
        weight = shares @ self.weights.to(shares.device)
        return (each * weight).sum() / weight.sum()

    def _presence(self, logits: Tensor, targets: Tensor) -> Tensor:
        """A label that is not named is unknown rather than absent: it weighs less than one that is named.

        The ranking term says only what the labels say: the named diseases before the unnamed ones.
        """
        weight = torch.where(targets > 0, 1.0, self.experiment.unknown_weight)
        if self.weights is not None:
            weight = torch.where(targets > 0, self.weights.to(targets.device), weight)
        if self.experiment.focal:
            weight = weight * (targets - logits.sigmoid()).abs().detach() ** self.experiment.focal
        presence = F.binary_cross_entropy_with_logits(logits, targets, weight=weight)
        ranking = F.cross_entropy(logits, targets / targets.sum(1, keepdim=True))
        return presence + 0.5 * ranking
