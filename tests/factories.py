"""Things that tests need, made from nothing: drawn photos, a tiny released model, a case."""

from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from diagnosis import services
from diagnosis.models import BodySite, Case, Species
from ml.cards import ModelCard
from tests.ml.shelf import CARD, put_on_shelf

DOG_EYE = ("conjunctivitis", "cataract", "blepharitis", "nonulcerative_keratitis", "ulcerative_keratitis")
HUMAN_SKIN = ("nv", "mel", "bkl", "bcc", "akiec", "scc", "df", "vasc")


def drawn_photo(width: int = 320, height: int = 240, *, colour: str = "firebrick") -> Image.Image:
    """A spot on slightly uneven skin: enough for a photo to be judged at all."""
    unevenness = np.random.default_rng(0).normal(0, 6, (height, width, 1))
    skin = np.clip(np.array([205, 170, 150]) + unevenness, 0, 255).astype(np.uint8)
    picture = Image.fromarray(skin, "RGB")
    box = (width // 3, height // 3, 2 * width // 3, 2 * height // 3)
    ImageDraw.Draw(picture).ellipse(box, fill=colour)
    return picture


def encoded(picture: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    """The bytes of a file."""
    memory = BytesIO()
    picture.save(memory, kind, **options)
    return memory.getvalue()


def answers(*photos: bytes, **changes: Any) -> dict[str, Any]:
    """A filled-in form: a dog's eye and one drawn photo, unless the test says otherwise."""
    files = [SimpleUploadedFile("photo.jpg", photo) for photo in photos or (encoded(drawn_photo()),)]
    filled = {"species": "dog", "body_site": "eye", "consent": "on", "photo": files} | changes
    return {name: value for name, value in filled.items() if value is not None}


def new_case(owner: str = "somebody", *, species: str = "dog", body_site: str = "eye", photos: int = 1) -> Case:
    """A finished case."""
    return services.submit_case(
        owner=owner,
        species=Species.objects.get(code=species),
        body_site=BodySite.objects.get(code=body_site),
        photo=[drawn_photo() for _ in range(photos)],
    )


def release(registry: Path, task: str, labels: tuple[str, ...], **changes: Any) -> ModelCard:
    """Put a tiny untrained network of another task on the shelf."""
    kind = "multilabel" if task == "dog_eye" else "multiclass"
    return put_on_shelf(registry, replace(CARD, **({"task": task, "labels": labels, "kind": kind} | changes)))
