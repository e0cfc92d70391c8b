"""The bytes or pixels behind an entry of a source, with the zips and arrays of this process kept open."""

from __future__ import annotations

import zipfile
from functools import lru_cache
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from ml.datasets.archives import MAX_ENTRY, read_entry
from ml.datasets.errors import UnsafeArchive

ARRAY_SUFFIX = ".npy"


def load(place: str, member: str) -> bytes | NDArray[np.uint8]:
    """A picture as it was saved, or one row of an array of pixels, without its first axis.

    Raises:
        OSError, zipfile.BadZipFile, UnsafeArchive: it cannot be read, or is larger than a picture may be.
    """
    if place.endswith(ARRAY_SUFFIX):
        return np.array(_array(place)[int(member)])
    return load_bytes(place, member)


def load_bytes(place: str, member: str) -> bytes:
    """The bytes of a file, or of a member of a zip; raises as ``load`` does."""
    if member:
        return read_entry(_archive(place), member)
    if Path(place).stat().st_size > MAX_ENTRY:
        raise UnsafeArchive(f"{place} has more than {MAX_ENTRY} bytes")
    return Path(place).read_bytes()


def open_bytes(place: str, member: str) -> IO[bytes]:
    """A stream of the same bytes, for tables that need not fit into memory."""
    return _archive(place).open(member) if member else Path(place).open("rb")


@lru_cache(maxsize=8)
def _archive(place: str) -> zipfile.ZipFile:
    return zipfile.ZipFile(place)


@lru_cache(maxsize=8)
def _array(place: str) -> NDArray[np.uint8]:
    return np.load(place, mmap_mode="r", allow_pickle=False)
