"""Measure ``prepare`` on a drawn tree: ``python -m tests.ml.datasets.measure 10000 /tmp/measure``."""

from __future__ import annotations

import argparse
import resource
import time
from functools import lru_cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageChops
from tqdm import trange

from ml.datasets.prepare import Choices, prepare
from tests.ml.datasets.drawing import save

LABELS = ("healthy", "mange", "pyoderma", "ringworm")


def draw_tree(root: Path, count: int, size: tuple[int, int]) -> Path:
    """As many photos as asked for, in label folders below train and test; drawn once and kept."""
    for number in trange(count, desc="draw"):
        split = "test" if number % 7 == 0 else "train"
        path = root / split / LABELS[number % len(LABELS)] / f"{number:06d}.jpg"
        if not path.is_file():
            save(path, _photo(number, size))
    return root


def _photo(seed: int, size: tuple[int, int]) -> Image.Image:
    """Blotches of its own and everybody's grain: quicker to draw than to prepare."""
    dice = np.random.default_rng(seed)
    blotches = Image.fromarray(dice.integers(60, 230, (6, 8, 3), dtype=np.uint8))
    return ImageChops.add(blotches.resize(size, Image.Resampling.BICUBIC), _grain(size))


@lru_cache
def _grain(size: tuple[int, int]) -> Image.Image:
    return Image.fromarray(np.random.default_rng(0).integers(0, 14, (size[1], size[0], 3), dtype=np.uint8))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--size", type=int, nargs=2, default=(600, 450), help="as HAM10000's by default")
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    tree = draw_tree(options.folder / f"tree{options.count}", options.count, tuple(options.size))
    wall, cpu = time.perf_counter(), _cpu()
    out = options.folder / f"out{options.count}"
    report = prepare(Choices(source=str(tree), name="drawn"), out=out, workers=options.workers)
    wall, cpu = time.perf_counter() - wall, _cpu() - cpu
    peaks = [resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    print(f"{report.images} pictures: {options.count / wall:.1f} a second by the clock,", end=" ")
    print(f"{2 * options.count / cpu:.1f} by processor time on two cores;", end=" ")
    print(f"peak memory {peaks[0]:.0f} MB here, {peaks[1]:.0f} MB in the largest worker")


def _cpu() -> float:
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


if __name__ == "__main__":
    main()
