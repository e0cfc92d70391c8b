"""Zips that strangers packed: entries are read one at a time and never unpacked to a path of their choosing."""

from __future__ import annotations

import shutil
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO

from ml.datasets.errors import UnsafeArchive

MAX_ENTRY = 256 * 2**20  # bytes of one picture or table, unpacked
MAX_RATIO = 200  # unpacked to packed; a blank bitmap reaches 1,000, a picture that shows something about 20
MAX_INNER_RATIO = 20  # of a zip or array file within a zip, which is packed already
_SAYS_UTF8 = 0x800  # in an entry's flags
_SMALL = 2**20  # bytes; below that no ratio is dangerous


def entries(archive: zipfile.ZipFile) -> Iterator[tuple[zipfile.ZipInfo, str]]:
    """The files of a zip, each with what is the matter with it, or an empty string."""
    for info in archive.infolist():
        if not info.is_dir():
            yield info, _fault(info)


def spelled(info: zipfile.ZipInfo) -> str:
    """The name of an entry as its owner reads it. A zip that names no encoding means CP437 by the book, which Python
    follows, but UTF-8 or Korean Windows' CP949 in fact."""
    if info.flag_bits & _SAYS_UTF8:
        return info.filename
    for encoding in ("utf-8", "cp949"):
        try:
            return info.filename.encode("cp437").decode(encoding)
        except UnicodeError:
            continue
    return info.filename


def read_entry(archive: zipfile.ZipFile, name: str, limit: int = MAX_ENTRY) -> bytes:
    """The bytes of one entry, however large its header says it is.

    Raises:
        UnsafeArchive: there are more than ``limit``.
    """
    with archive.open(name) as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise UnsafeArchive(f"{name} unpacks to more than {limit} bytes")
    return data


def copy_entry(archive: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path) -> None:
    """Copy a zip or an array within a zip to ``target``, whose name is ours.

    Raises:
        UnsafeArchive: it would take more than half of the free disk, or unpacks to far more than its size.
    """
    limit = min(shutil.disk_usage(target.parent).free // 2, max(_SMALL, info.compress_size * MAX_INNER_RATIO))
    with archive.open(info) as file, target.open("wb") as copy:
        _copy(file, copy, limit, info.filename)


def _copy(file: IO[bytes], copy: IO[bytes], limit: int, name: str) -> None:
    while part := file.read(_SMALL):
        limit -= len(part)
        if limit < 0:
            raise UnsafeArchive(f"{name} unpacks to far more than its size")
        copy.write(part)


def _fault(info: zipfile.ZipInfo) -> str:
    path = PurePosixPath(info.filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in path.parts[0]:
        return "its name leads out of the zip"
    if stat.S_ISLNK(info.external_attr >> 16):
        return "it is a link"
    if info.flag_bits & 1:
        return "it is encrypted"
    if info.file_size > max(_SMALL, MAX_RATIO * info.compress_size):
        return "it unpacks to far more than its size"
    return ""
