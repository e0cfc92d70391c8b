"""Pictures drawn for tests: nobody's skin, nobody's eye."""

import io
import random

from PIL import Image, ImageDraw, ImageFilter


def drawn_eye(width: int = 320, height: int = 240, seed: int = 0) -> Image.Image:
    """Something round and dark on something light and textured; sharp, lit and judgeable."""
    dice = random.Random(seed)
    picture = Image.new("RGB", (width, height), (205, 170, 150))
    draw = ImageDraw.Draw(picture)
    for _ in range(400):
        x, y = dice.randrange(width), dice.randrange(height)
        shade = dice.randrange(-25, 25)
        draw.line((x, y, x + dice.randrange(-9, 9), y + 12), (205 + shade, 170 + shade, 150 + shade))
    box = (width * 0.3, height * 0.25, width * 0.7, height * 0.8)
    draw.ellipse(box, (60 + dice.randrange(40), 40, 30))
    return picture.filter(ImageFilter.GaussianBlur(1))


def jpeg(picture: Image.Image, quality: int = 90) -> bytes:
    """The picture as JPEG bytes."""
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()
