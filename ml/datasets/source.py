"""A source as a list of files, whatever it is: a folder, a zip, zips in a folder, zips within a zip, arrays."""

from __future__ import annotations

import codecs
import csv
import io
import json
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO, Any

from ml.datasets.loading import load_bytes, open_bytes
from ml.datasets.store import Store

PICTURE_SUFFIXES = {".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".bmp", ".dib", ".tif", ".tiff", ".gif"}
PICTURE_SUFFIXES |= {".heic", ".heif", ".avif", ".mpo", ".array"}
TABLE_SUFFIXES = {".csv", ".tsv", ".tab"}
_MASKS = {"mask", "masks", "segmentation", "segmentations", "lesion_masks"}  # folders of outlines, not of photos
_LONGEST_HEADER = 100_000  # characters
_DELIMITERS = (",", "\t", ";")  # the last where a comma stands in decimal numbers
_PART = 2**16  # bytes
_MASK_ENDS = ("_mask", "_masks", "_segmentation", "_superpixels", "_lesion")


@dataclass(frozen=True)
class Entry:
    """One file of a source; ``place`` and ``member`` say where its bytes are."""

    id: int
    name: str  # path within the source, "/" between the parts, composed Unicode
    place: str
    member: str  # name within a zip or row of an array; empty for a plain file

    @property
    def path(self) -> PurePosixPath:
        return PurePosixPath(self.name)


class Source:
    """The files of a source in the order of their names, asked for one after another."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.encodings: dict[Entry, str] = {}  # of tables, each found out once

    def pictures(self) -> Iterator[Entry]:
        """Files that are named like photos; masks beside them are left out."""
        return (entry for entry in self._having(PICTURE_SUFFIXES) if not is_mask(entry.path))

    def tables(self) -> Iterator[Entry]:
        """Files with rows and columns. HAM10000 comes with one that has no suffix."""
        yield from self._having(TABLE_SUFFIXES)
        yield from self._where("name LIKE '%HAM10000_metadata'")

    def jsons(self) -> Iterator[Entry]:
        return self._having({".json"})

    def arrays(self) -> Iterator[Entry]:
        """Tables of numbers that came in an npz beside the pictures."""
        return self._having({".labels"})

    def photo(self, name: str) -> Entry | None:
        """The picture that a table calls ``name``; of several, which are copies as a rule, the first."""
        return next(iter(self.photos(name)), None)

    def photos(self, name: str) -> list[Entry]:
        """All pictures called ``name``, with or without folder and suffix; those in the very folder, if any."""
        wanted = PurePosixPath(unicodedata.normalize("NFC", name.replace("\\", "/").strip()))
        stem = wanted.stem if wanted.suffix.lower() in PICTURE_SUFFIXES else wanted.name
        found = [entry for entry in self._where("stem = ?", stem) if _is_photo(entry.path)]
        return [entry for entry in found if f"/{entry.name}".endswith(f"/{wanted}")] or found

    def beside(self, entry: Entry, stem: str) -> Entry | None:
        """The picture of that stem in the folder of ``entry``."""
        twins = self._where("stem = ?", stem)
        return next((twin for twin in twins if twin.path.parent == entry.path.parent and _is_photo(twin.path)), None)

    def read(self, entry: Entry) -> bytes:
        return load_bytes(entry.place, entry.member)

    def rows(self, entry: Entry) -> Iterator[dict[str, str]]:
        """The rows of a table by its header, which is folded to lower case."""
        file = open_bytes(entry.place, entry.member)
        with io.TextIOWrapper(file, self._encoding(entry), "replace", newline="") as text:
            first = text.readline(_LONGEST_HEADER)
            delimiter = max(_DELIMITERS, key=first.count)
            header = [name.strip().lower() for name in next(csv.reader([first], delimiter=delimiter), [])]
            for row in csv.reader(text, delimiter=delimiter):
                yield dict(zip(header, (cell.strip() for cell in row), strict=False))

    def header(self, entry: Entry) -> set[str]:
        """Column names, in lower case; none when the file cannot be read."""
        try:
            return set(next(self.rows(entry), {}))
        except (OSError, ValueError, csv.Error, zipfile.BadZipFile):
            return set()

    def json(self, entry: Entry) -> Any:
        """The object in a JSON file, or None when it holds something else or nothing readable."""
        data = self.read(entry)
        for encoding in ("utf-8-sig", "cp949"):  # Korean archives come in either
            try:
                return json.loads(data.decode(encoding))
            except ValueError:
                continue
        return None

    def _encoding(self, entry: Entry) -> str:
        if entry not in self.encodings:
            with open_bytes(entry.place, entry.member) as file:
                self.encodings[entry] = _encoding(file)
        return self.encodings[entry]

    def _having(self, suffixes: set[str]) -> Iterator[Entry]:
        marks = ", ".join("?" * len(suffixes))
        return self._where(f"suffix IN ({marks})", *sorted(suffixes))

    def _where(self, condition: str, *values: str) -> Iterator[Entry]:
        rows = self.store.rows(f"SELECT id, name, place, member FROM files WHERE {condition} ORDER BY id", *values)
        return (Entry(*row) for row in rows)


def _encoding(file: IO[bytes]) -> str:
    """That of a table: UTF-16 where it begins so, CP949, as Korean spreadsheets save, where it is no UTF-8."""
    start = file.read(_PART)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        decoder.decode(start)
        while part := file.read(_PART):
            decoder.decode(part)
    except UnicodeDecodeError:
        return "cp949"
    return "utf-8-sig"


def _is_photo(path: PurePosixPath) -> bool:
    return path.suffix.lower() in PICTURE_SUFFIXES and not is_mask(path)


def is_mask(path: PurePosixPath) -> bool:
    """Whether the file is an outline that belongs to a photo."""
    return path.stem.lower().endswith(_MASK_ENDS) or any(part.lower() in _MASKS for part in path.parts[:-1])
