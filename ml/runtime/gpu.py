"""torch on a GPU, in bfloat16; on a CPU, in float32, for releases that bring no exported network."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from ml.network import LesionNet
from ml.runtime.base import Floats, Pass


class TorchRuntime:
    """A network in evaluation mode on the best device there is."""

    def __init__(self, net: LesionNet, device: torch.device | None = None) -> None:
        self.device = device or best_device()
        self.head: Floats = net.rows().detach().cpu().numpy().astype(np.float32)
        still = net.eval().requires_grad_(False)
        self.net = still.to(self.device, memory_format=torch.channels_last)  # type: ignore[call-overload]

    @torch.inference_mode()
    def __call__(self, images: Floats) -> Pass:
        with self._fast():
            middle = self.net.front(self._moved(images))
            seen = (*self.net.back(middle), middle)
        return Pass(*(part.float().cpu().numpy() for part in seen))

    @torch.inference_mode()
    def again(self, middle: Floats) -> Floats:
        with self._fast():
            logits, _, _ = self.net.back(self._moved(middle))
        return logits.float().cpu().numpy()

    def _moved(self, batch: Floats) -> Tensor:
        there = torch.from_numpy(np.ascontiguousarray(batch)).to(self.device)
        return there.contiguous(memory_format=torch.channels_last)

    def _fast(self) -> torch.autocast:
        return torch.autocast(self.device.type, torch.bfloat16, enabled=self.device.type == "cuda")


def best_device() -> torch.device:
    """A GPU where there is one, else the CPU."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")
