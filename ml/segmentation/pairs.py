"""Photos with the outlines that experts drew, as decoded squares in memory."""

from __future__ import annotations

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from tqdm import tqdm

from ml.preprocess import square
from ml.training.data import Pack
from ml.training.masks import pairs


def decoded_pairs(pack: Pack, size: int) -> tuple[Tensor, Tensor]:
    """All pairs as squares: uint8 (N, 3, size, size) and masks, uint8 (N, 1, size, size), 0 to 255."""
    photos = torch.empty(len(pack.table), 3, size, size, dtype=torch.uint8)
    masks = torch.empty(len(pack.table), 1, size, size, dtype=torch.uint8)
    for index, (photo, mask) in enumerate(tqdm(pairs(pack), total=len(photos), unit="pair", desc="decode")):
        photos[index] = torch.from_numpy(square(photo, size))
        masks[index, 0] = torch.from_numpy(np.array(mask.resize((size, size), Image.Resampling.BILINEAR)))
    return photos, masks
