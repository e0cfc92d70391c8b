"""What an outline measures: its polygon, its share of the photo, how lopsided and how ragged it is."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.uint8]  # (H, W), 0 or 1
Points = NDArray[np.float64]  # (N, 2), x and y in pixels

MOST_POINTS = 100  # a page draws them; more would show the network's pixels, not the lesion
_SMOOTH = 0.004  # of the contour's length: what the simplified line may stray


def largest_part(mask: Mask) -> Mask:
    """The largest connected part, its holes filled; zero everywhere when the mask is."""
    lines, _tree = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    alone = np.zeros_like(mask)
    if lines:
        cv2.drawContours(alone, [max(lines, key=_filled)], -1, 1, cv2.FILLED)
    return alone


def contour(part: Mask) -> Points:
    """The outer line of one connected part, in at most ``MOST_POINTS`` points.

    Raises:
        ValueError: the mask is empty.
    """
    lines, _tree = cv2.findContours(part, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not lines:
        raise ValueError("an empty mask has no contour")
    line = max(lines, key=_filled)
    stray = _SMOOTH * cv2.arcLength(line, closed=True)
    while len(simple := cv2.approxPolyDP(line, stray, closed=True)) > MOST_POINTS:
        stray *= 1.3
    return simple[:, 0].astype(np.float64)


def asymmetry(part: Mask) -> float:
    """Share of the lesion that finds no partner when it is folded over its principal axes, in [0, 1].

    The A of the ABCD rule (Nachbar 1994, doi 10.1016/S0190-9622(94)70061-3) as a figure: 0 is a mirror image of
    itself over both axes; the mean over the two axes is given.
    """
    straight = _along_axes(part)
    area = max(1, int(straight.sum()))
    folds = (straight[::-1], straight[:, ::-1])
    return float(np.mean([(straight != fold).sum() / (2 * area) for fold in folds]))


def border_irregularity(points: Points) -> float:
    """How far the border is from that of its convex hull: 1 minus area share times length share, in [0, 1].

    0 for every convex border, an ellipse as well as a circle; notches cost area and add length.
    """
    line = points.astype(np.float32)[:, None]
    hull = cv2.convexHull(line)
    solid = cv2.contourArea(line) / max(cv2.contourArea(hull), 1e-9)
    smooth = cv2.arcLength(hull, closed=True) / max(cv2.arcLength(line, closed=True), 1e-9)
    return float(np.clip(1 - solid * smooth, 0, 1))


def _filled(line: cv2.typing.MatLike) -> float:
    """Area within a contour; its length breaks ties between parts that are one pixel wide."""
    return float(cv2.contourArea(line)) + 1e-3 * len(line)


def _along_axes(part: Mask) -> Mask:
    """The part turned so that its principal axes are the picture's, its centre of gravity in the middle."""
    rows, columns = np.nonzero(part)
    places = np.stack([columns, rows]).astype(np.float64)  # (2, N)
    centre = places.mean(1, keepdims=True)
    _values, axes = np.linalg.eigh(np.cov(places - centre) + np.eye(2) * 1e-9)
    reach = int(np.ceil(np.hypot(*(places - centre)).max())) + 2
    turn = np.hstack([axes.T, (reach - axes.T @ centre)])
    side = 2 * reach + 1
    turned = cv2.warpAffine(part, turn, (side, side), flags=cv2.INTER_NEAREST)
    return np.asarray(turned, dtype=np.uint8)
