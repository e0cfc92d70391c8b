"""Miniatures are quickest on one thread, and the other core is another test's."""

import torch

torch.set_num_threads(1)
