"""From logits to numbers that may be believed: temperature, abstention and operating points, all chosen on ``val``."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor


def calibrated(logits: Tensor, kind: str, temperature: float) -> Tensor:
    """Probabilities, float32 (N, K), of logits (N, K): independent for multilabel, summing to 1 otherwise."""
    scaled = logits / temperature
    return scaled.sigmoid() if kind == "multilabel" else scaled.softmax(-1)


def fit_temperature(logits: Tensor, targets: Tensor, kind: str) -> float:
    """The temperature, > 0, under which held-out labels are most likely (Guo 2017, arXiv 1706.04599).

    Args:
        logits: float32 (N, K). targets: float32 (N, K), 1 where the label holds.
    """
    log_t = torch.zeros(1, requires_grad=True)
    optimiser = torch.optim.LBFGS([log_t], max_iter=60, line_search_fn="strong_wolfe")

    def closure() -> float:
        optimiser.zero_grad()
        loss = _likelihood(logits / log_t.exp(), targets, kind)
        loss.backward()
        return float(loss.detach())

    optimiser.step(closure)
    return float(log_t.detach().exp())


def _likelihood(logits: Tensor, targets: Tensor, kind: str) -> Tensor:
    if kind == "multilabel":
        return F.binary_cross_entropy_with_logits(logits, targets)
    return F.cross_entropy(logits, targets / targets.sum(1, keepdim=True))


def abstain_below(top: Tensor, correct: Tensor, *, gain: float = 0.05, coverage: float = 0.8) -> float:
    """The top probability under which to say "cannot tell", read off the risk–coverage curve.

    The least sure photos are dropped until the accuracy of the rest is ``gain`` above that of all, or until only
    ``coverage`` of the photos is left, whichever comes first.

    Args:
        top: Calibrated top probabilities, float32 (N,). correct: bool (N,).
    """
    order = top.argsort(descending=True)
    accuracy = correct[order].float().cumsum(0) / torch.arange(1, len(top) + 1)
    least = int(np.ceil(coverage * len(top)))
    for kept in range(len(top), least, -1):
        if accuracy[kept - 1] >= accuracy[-1] + gain:
            break
    else:
        kept = least
    return float(top[order[kept - 1]])


def operating_point(probability: Tensor, positive: Tensor, *, recall: float) -> float:
    """The highest threshold at which at least ``recall`` of the positives is caught.

    Args:
        probability: Calibrated, of one label, float32 (N,). positive: bool (N,).

    Raises:
        ValueError: there is no positive.
    """
    caught = probability[positive].sort(descending=True).values
    if not len(caught):
        raise ValueError("an operating point needs at least one positive photo")
    return float(caught[int(np.ceil(recall * len(caught))) - 1])
