"""A set to train on, drawn: three classes that differ in shape and colour, and what is none of them."""

import random
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

SMALL = ["image_size=64", "epochs=2", "batch_size=8", "head_epochs=5", "frozen_stages=5"]  # options of a quick run


def drawing(label: str, dice: random.Random) -> Image.Image:
    """An eye with what ``label`` looks like here, 96 × 80 px."""
    picture = Image.new("RGB", (96, 80), (190 + dice.randrange(20), 160, 150))
    draw = ImageDraw.Draw(picture)
    x, y = dice.randrange(20, 40), dice.randrange(15, 30)
    if label == "cataract":
        draw.ellipse((x, y, x + 36, y + 36), (230, 230, 240))
    elif label == "conjunctivitis":
        draw.rectangle((x, y, x + 36, y + 30), (200, 30, 30))
    else:
        draw.line((x, y, x + 40, y + 30), (20, 60, 20), 6)
    return picture


def carpet(dice: random.Random) -> Image.Image:
    """No eye at all: stripes."""
    picture = Image.new("RGB", (96, 80), (dice.randrange(60), dice.randrange(60), 90))
    draw = ImageDraw.Draw(picture)
    for x in range(dice.randrange(6), 96, 6):
        draw.line((x, 0, x, 80), (250, dice.randrange(256), 40), 3)
    return picture


def label_folders(home: Path, count: int = 20) -> Path:
    """Two folders of ``count`` pictures each, named after their label."""
    dice = random.Random(1)
    for label in ("cataract", "conjunctivitis"):
        (home / label).mkdir(parents=True)
        for number in range(count):
            noise = np.random.default_rng(dice.randrange(10**6)).integers(0, 255, (8, 9), dtype=np.uint8)
            Image.fromarray(noise).resize((90, 80)).convert("RGB").save(home / label / f"{number}.png")
    return home
