"""How much two pictures look alike once light, a slight crop and a slight shift are taken out, from small greys."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter

from ml.datasets.picture import THUMB, TURNS

Thumbs = NDArray[np.uint8]
Floats = NDArray[np.float32]

SAME = 0.98  # one photo saved twice, at another quality, size or brightness: measured 0.984 and more
ALIKE = 0.80  # cropped by 2 or 5 %: 0.83 and more; dermoscopic strangers with near hashes: 95 % below 0.75
ALIKE_TURNED = 0.90  # mirrored or turned copies: 0.99 and more; a round lesion has eight chances to be like another
_BLUR = 7  # px; what is broader is light and vignette
_CROPS = (1, 2, 3)  # px off each side, that is 3, 6 and 9 %
_FLAT = 12.0  # norm of the detail below which a picture is plain, and like any other plain one


def likeness(left: Thumbs, right: Thumbs) -> tuple[Floats, Floats]:
    """Correlation of the details of pairs of thumbs, of shape (n, 32, 32).

    Returns:
        ``(as they lie, at best)``, each of shape (n,) and in [-1, 1]: the second also tries crops and shifts.
    """
    one, other = left.astype(np.float32), right.astype(np.float32)
    plain_one, plain_other = _detail(one), _detail(other)
    lying = (plain_one * plain_other).sum(axis=1)
    best = lying.copy()
    for moved in _moves(other):
        best = np.maximum(best, (plain_one * _detail(moved)).sum(axis=1))
    for moved in _crops(one):
        best = np.maximum(best, (_detail(moved) * plain_other).sum(axis=1))
    return lying, best


def turned(thumbs: Thumbs, turn: int) -> Thumbs:
    """Thumbs laid down another way, as ``picture.TURNS`` counts the ways."""
    if turn == 0:
        return thumbs
    flips = {"FLIP_LEFT_RIGHT": (0, True), "FLIP_TOP_BOTTOM": (2, True), "ROTATE_90": (1, False)}
    flips |= {"ROTATE_180": (2, False), "ROTATE_270": (3, False), "TRANSPOSE": (3, True), "TRANSVERSE": (1, True)}
    transpose = TURNS[turn]
    assert transpose is not None
    quarters, mirrored = flips[transpose.name]
    turned = np.rot90(thumbs, quarters, axes=(1, 2))
    return turned[:, :, ::-1] if mirrored else turned


def _detail(pictures: Floats) -> Floats:
    """What is finer than _BLUR, as unit vectors of shape (n, 1024); plain pictures keep less than unit length."""
    fine = (pictures - uniform_filter(pictures, (0, _BLUR, _BLUR), mode="nearest")).reshape(len(pictures), -1)
    fine -= fine.mean(axis=1, keepdims=True)
    return fine / np.maximum(_FLAT, np.linalg.norm(fine, axis=1, keepdims=True))


def _moves(pictures: Floats) -> list[Floats]:
    shifts: list[Floats] = [np.roll(pictures, step, axis=axis) for axis in (1, 2) for step in (-1, 1)]
    return _crops(pictures) + shifts


def _crops(pictures: Floats) -> list[Floats]:
    return [np.asarray(zoom @ pictures @ zoom.T, dtype=np.float32) for zoom in map(_zoom, _CROPS)]


def _zoom(margin: int) -> Floats:
    """Matrix (32, 32) that stretches what lies between the margins over the full length, linearly."""
    at = margin + (np.arange(THUMB) + 0.5) * (THUMB - 2 * margin) / THUMB - 0.5
    below = np.clip(np.floor(at).astype(int), 0, THUMB - 2)
    matrix = np.zeros((THUMB, THUMB), dtype=np.float32)
    matrix[np.arange(THUMB), below] = 1 - (at - below)
    matrix[np.arange(THUMB), below + 1] = at - below
    return matrix
