"""A photo as a phone sends it: 12 megapixels, about 3 MB."""

from io import BytesIO

from PIL import Image, ImageDraw


def phone_photo(width: int = 4000, height: int = 3000) -> bytes:
    """Uneven skin with a spot; JPEG."""
    grain = Image.effect_noise((width // 2, height // 2), 60).resize((width, height)).convert("RGB")
    picture = Image.blend(Image.new("RGB", (width, height), (205, 170, 150)), grain, 0.35)
    box = (width // 3, height // 3, 2 * width // 3, 2 * height // 3)
    ImageDraw.Draw(picture).ellipse(box, fill="firebrick")
    memory = BytesIO()
    picture.save(memory, "JPEG", quality=90)
    return memory.getvalue()
