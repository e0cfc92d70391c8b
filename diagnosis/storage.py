"""Keeps photos and heat maps under random names, out of the web's reach."""

import os
import secrets
from pathlib import Path

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage


class PrivateStorage(FileSystemStorage):
    """Files of mode 0600 without an address; a file is there whole or not at all."""

    def _save(self, name: str, content: File) -> str:
        path = Path(self.path(name))
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = path.with_name(f"{path.name}.part")
        try:
            _write(part, content)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
        return name

    def url(self, name: str | None) -> str:
        """Refuses: a photo is served through its case only."""
        raise ValueError("This file has no address of its own.")


def random_name(suffix: str) -> str:
    """A new name that says nothing about the person or the photo, such as ``3f/3f9a….jpg``."""
    name = secrets.token_hex(16)
    return f"{name[:2]}/{name}.{suffix}"


def _write(part: Path, content: File) -> None:
    with os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        for chunk in content.chunks():
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
