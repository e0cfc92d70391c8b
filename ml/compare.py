"""Two photos of one lesion, brought to the same place, size and light, or honestly refused."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ml.errors import MlError

SIDE = 800  # pixels of the longer side of what is compared and shown
FEATURES = 1500  # corners looked for in each photo
RATIO = 0.8  # a match is kept when it is this much better than the second best (Lowe 2004)
ERROR_PX = 4.0  # how far a matched corner may lie from its place and still agree
LEAST_AGREEING = 12  # of 200 pairs of different lesions none had 12, of 100 repeats of one lesion 74 had
LEAST_OVERLAP = 0.4  # part of the earlier photo that the later one shows as well
SCALE = (0.4, 2.5)  # further apart the two were taken from distances that show different things
GAIN = (0.5, 2.0)  # light that differs more than this hides the skin's own colour

Picture = NDArray[np.uint8]  # (H, W, 3), RGB
Matrix = NDArray[np.float64]  # (2, 3): later to earlier


class NotComparable(MlError):
    """The two photos do not fit together; the page says so instead of showing a wrong pair."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code  # "no_match", "too_far" or "light"


@dataclass(frozen=True)
class Comparison:
    """The earlier photo, and the later one laid over it."""

    earlier: Image.Image
    later: Image.Image  # in the earlier one's frame and light; grey where it shows nothing
    scale: float  # how much larger one pixel of the later photo is in the earlier one's frame
    overlap: float  # part of the earlier frame that both show, in [0, 1]

    def area_in_earlier(self, share: float, later_size: tuple[int, int], earlier_size: tuple[int, int]) -> float:
        """A share of the later photo's area as a share of the earlier photo's."""
        (w, h), (w0, h0) = later_size, earlier_size
        factor = max(w0, h0) / min(SIDE, max(w0, h0)) / (max(w, h) / min(SIDE, max(w, h)))
        return share * w * h * (self.scale * factor) ** 2 / (w0 * h0)


def side_by_side(earlier: Image.Image, later: Image.Image) -> Comparison:
    """Lay the later photo over the earlier one: moved, turned and scaled by one similarity, its light matched.

    Args:
        earlier: Upright RGB picture of the lesion.
        later: Another one, taken afterwards.

    Raises:
        NotComparable: too few corners agree, the distance or the light differs too much.
    """
    first, second = _small(earlier), _small(later)
    matrix = _similarity(second, first)
    scale = float(np.hypot(matrix[0, 0], matrix[1, 0]))
    moved, seen = _moved(second, matrix, first.shape)
    overlap = float(seen.mean())
    if not SCALE[0] <= scale <= SCALE[1] or overlap < LEAST_OVERLAP:
        raise NotComparable("too_far", "the two photos show too different a part of the body")
    lit = _in_the_light_of(first, moved, seen)
    return Comparison(Image.fromarray(first), Image.fromarray(lit), scale, overlap)


def _small(picture: Image.Image) -> Picture:
    copy = picture.convert("RGB")
    copy.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    return np.asarray(copy)


def _similarity(later: Picture, earlier: Picture) -> Matrix:
    """Where the later photo lies in the earlier one."""
    import cv2  # here: 60 MB that only a comparison needs

    finder = cv2.SIFT.create(nfeatures=FEATURES, contrastThreshold=0.02)
    found = [finder.detectAndCompute(_even(picture), None) for picture in (later, earlier)]
    (points, words), (points0, words0) = found
    if words is None or words0 is None or min(len(words), len(words0)) < LEAST_AGREEING:
        raise _no_match()
    pairs = [pair for pair in cv2.BFMatcher(cv2.NORM_L2).knnMatch(words, words0, k=2) if len(pair) == 2]
    good = [best for best, second in pairs if best.distance < RATIO * second.distance]
    if len(good) < LEAST_AGREEING:
        raise _no_match()
    source = np.array([points[match.queryIdx].pt for match in good])
    target = np.array([points0[match.trainIdx].pt for match in good])
    cv2.setRNGSeed(0)  # the same two photos always give the same answer
    matrix, inliers = cv2.estimateAffinePartial2D(source, target, ransacReprojThreshold=ERROR_PX, maxIters=5000)
    if matrix is None or int(inliers.sum()) < LEAST_AGREEING:
        raise _no_match()
    return np.asarray(matrix, dtype=np.float64)


def _even(picture: Picture) -> Picture:
    """Grey, with the contrast of every region raised alike: skin has little of its own."""
    import cv2

    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    return np.asarray(cv2.createCLAHE(clipLimit=3.0, tileGridSize=(8, 8)).apply(grey), dtype=np.uint8)


def _moved(later: Picture, matrix: Matrix, shape: tuple[int, ...]) -> tuple[Picture, NDArray[np.bool_]]:
    """The later photo in the earlier one's frame, and which pixels of it show anything."""
    import cv2

    size = (shape[1], shape[0])
    moved = cv2.warpAffine(later, matrix, size, flags=cv2.INTER_AREA, borderValue=(128, 128, 128))
    seen = cv2.warpAffine(np.ones(later.shape[:2], np.uint8), matrix, size) > 0
    return np.asarray(moved, dtype=np.uint8), np.asarray(seen)


def _in_the_light_of(earlier: Picture, moved: Picture, seen: NDArray[np.bool_]) -> Picture:
    """Scale each channel so that the medians of what both show agree (von Kries; Reinhard 2001 without the spread).

    A median over the whole overlap follows the light and not the lesion, as long as the lesion fills less than half.
    """
    goal, have = (np.median(picture[seen], axis=0) + 1.0 for picture in (earlier, moved))
    gain = goal / have
    if gain.min() < GAIN[0] or gain.max() > GAIN[1]:
        raise NotComparable("light", "the light of the two photos differs too much")
    lit = moved.copy()
    lit[seen] = np.clip(moved[seen] * gain, 0, 255).astype(np.uint8)
    return lit


def _no_match() -> NotComparable:
    return NotComparable("no_match", "too little in the two photos agrees to lay one over the other")
