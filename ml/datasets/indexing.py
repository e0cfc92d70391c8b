"""Walk a folder or a zip and write down every file that may matter, zips and arrays within it included."""

from __future__ import annotations

import os
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import numpy as np

from ml.datasets.archives import copy_entry, entries, spelled
from ml.datasets.errors import UnknownSource, UnsafeArchive
from ml.datasets.store import Store

MAX_DEPTH = 3  # zips within zips within zips; nobody means more
_STRAY = {"__macosx", "thumbs.db", "desktop.ini", "ehthumbs.db"}


@dataclass(frozen=True)
class _Found:
    name: str
    place: Path
    member: str = ""


def index(source: Path, store: Store, work: Path) -> None:
    """Fill the table of files, in the order of their names; what cannot be opened goes to the bad ones.

    Raises:
        UnknownSource: there is nothing at ``source``.
    """
    if not source.exists():
        raise UnknownSource(f"there is nothing at {source}")
    for table in ("files", "bad"):
        store.base.execute(f"DELETE FROM {table}")  # a listing that was stopped starts anew
    store.base.execute("CREATE TEMP TABLE found (name, stem, suffix, place, member)")
    found = _Walk(store, work).files(source)
    store.base.executemany("INSERT INTO found VALUES (?, ?, ?, ?, ?)", (_row(file) for file in found))
    store.base.execute(
        "INSERT INTO files (name, stem, suffix, place, member) SELECT * FROM found ORDER BY name, place, member"
    )
    store.base.execute("DROP TABLE found")
    store.finish("index")


def _row(file: _Found) -> tuple[str, str, str, str, str]:
    name = unicodedata.normalize("NFC", file.name)  # macOS writes Korean names in parts
    path = PurePosixPath(name)
    return name, path.stem, path.suffix.lower(), str(file.place), file.member


class _Walk:
    """Finds files; copies what must be a file to be opened into the work folder, under names of its own."""

    def __init__(self, store: Store, work: Path) -> None:
        self.store = store
        self.work = work
        self.copies = 0

    def files(self, source: Path) -> Iterator[_Found]:
        if source.is_dir():
            for path in _below(source, self.work.parent.resolve()):
                yield from self._file(path.relative_to(source).as_posix(), path, depth=0)
        elif source.suffix.lower() in {".zip", ".npz"}:
            inside = self._zip if source.suffix.lower() == ".zip" else self._npz
            yield from inside("" if source.suffix.lower() == ".zip" else source.name, source, depth=0)
        else:
            raise UnknownSource(f"{source} is neither a folder nor a zip nor an npz")

    def _file(self, name: str, path: Path, *, depth: int) -> Iterator[_Found]:
        suffix = PurePosixPath(name).suffix.lower()
        if suffix == ".zip":
            yield from self._zip(name, path, depth=depth)
        elif suffix == ".npz":
            yield from self._npz(name, path, depth=depth)
        else:
            yield _Found(name, path)

    def _zip(self, name: str, path: Path, *, depth: int) -> Iterator[_Found]:
        try:
            archive = zipfile.ZipFile(path)
        except (OSError, zipfile.BadZipFile) as error:
            self.store.add_bad(name or path.name, f"not a readable zip: {error}")
            return
        with archive:
            for info, fault in entries(archive):
                inner = str(PurePosixPath(name) / _relative(spelled(info)))
                if fault or not _stray(inner):
                    yield from self._entry(archive, info, inner, fault, path, depth)

    def _entry(
        self, archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str, fault: str, path: Path, depth: int
    ) -> Iterator[_Found]:
        nested = PurePosixPath(name).suffix.lower() in {".zip", ".npz"}
        if fault or (nested and depth == MAX_DEPTH):
            self.store.add_bad(name, fault or "it lies too many zips deep")
        elif not nested:
            yield _Found(name, path, info.filename)
        elif copy := self._copied(archive, info, name):
            yield from self._file(name, copy, depth=depth + 1)

    def _npz(self, name: str, path: Path, *, depth: int) -> Iterator[_Found]:
        """One entry per row of every array of pictures, one file per array of labels (MedMNIST's layout)."""
        try:
            archive = zipfile.ZipFile(path)
        except (OSError, zipfile.BadZipFile) as error:
            self.store.add_bad(name, f"not a readable npz: {error}")
            return
        with archive:
            for info, fault in entries(archive):
                key = PurePosixPath(info.filename).stem
                copy = None if fault else self._copied(archive, info, f"{name}/{key}", suffix=".npy")
                if copy is not None:
                    yield from _rows(f"{name}/{key}", copy)

    def _copied(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str, suffix: str = "") -> Path | None:
        self.copies += 1
        target = self.work / f"{self.copies:04d}{suffix or PurePosixPath(name).suffix.lower()}"
        try:
            copy_entry(archive, info, target)
        except (OSError, zipfile.BadZipFile, UnsafeArchive, RuntimeError) as error:
            self.store.add_bad(name, str(error))
            return None
        return target


def _rows(name: str, array: Path) -> Iterator[_Found]:
    if name.endswith("_images"):
        count = len(np.load(array, mmap_mode="r", allow_pickle=False))
        yield from (_Found(f"{name}/{row:07d}.array", array, str(row)) for row in range(count))
    else:
        yield _Found(f"{name}.labels", array)


def _below(folder: Path, output: Path) -> Iterator[Path]:
    """Plain files below a folder, in no order; links are not followed, and what we write is no source."""
    for entry in os.scandir(folder):
        if _stray(entry.name) or entry.is_symlink() or Path(entry.path) == output:
            continue
        if entry.is_dir():
            yield from _below(Path(entry.path), output)
        elif entry.is_file():
            yield Path(entry.path)


def _relative(name: str) -> str:
    return name.replace("\\", "/").lstrip("/")


def _stray(name: str) -> bool:
    """Whether an operating system left the file behind."""
    return any(part.lower() in _STRAY or part.startswith(".") for part in PurePosixPath(name).parts)
