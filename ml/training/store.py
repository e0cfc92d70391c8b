"""Where the bytes of a data set's pictures are: zips, or folders of pictures and zips."""

from __future__ import annotations

import unicodedata
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property
from operator import eq
from pathlib import Path, PurePosixPath

from ml.predict import PHOTO_SUFFIXES

Spot = tuple[zipfile.ZipFile | Path, str]  # a zip and its member, or a folder and a path below it


class Store:
    """Bytes of a picture by its name.

    Table and place may begin at different folders: ``catA/1.jpg`` is ``data/catA/1.jpg``, and the other way round, and
    never ``catB/1.jpg``. Where no picture has the very name, capitals do not count, nor does a suffix that the table
    leaves out. A name that fits several pictures is none.
    """

    def __init__(self, places: tuple[Path, ...]) -> None:
        if missing := [place.name for place in places if not place.exists()]:
            raise FileNotFoundError(f"no images at {', '.join(missing)}")
        self.folders = [place for place in places if place.is_dir()]
        self.zips = [_archive(place) for place in places if place.is_file()]
        self.taken: dict[Spot, PurePosixPath] = {}

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *exception: object) -> None:
        for archive in self.zips:
            archive.close()

    def read(self, name: str) -> bytes:
        """The bytes of one picture.

        Raises:
            FileNotFoundError: no place holds ``name``, or more than one picture may be it.
            ValueError: another name has been given the same picture.
        """
        place, member = spot = self.find(name)
        other = self.taken.setdefault(spot, _parts(name))
        if other != _parts(name):
            raise ValueError(f"{member} in the images given may be {other} or {_parts(name)}: its folder is missing")
        return place.read(member) if isinstance(place, zipfile.ZipFile) else (place / member).read_bytes()

    def find(self, name: str) -> Spot:
        """Where a picture lies; raises FileNotFoundError as ``read`` does."""
        wanted = _parts(name)
        if straight := [folder for folder in self.folders if (folder / wanted).is_file()]:
            return straight[0], str(wanted)
        near = self._by_stem.get(_stem(wanted), ())
        each = ([spot for parts, spot in near if alike(parts, wanted)] for alike in (eq, _same_end, _nearly_same_end))
        found = next(filter(None, each), [])
        if len(found) != 1:
            raise FileNotFoundError(f"{'more than one' if found else 'no'} picture {name} in the images given")
        return found[0]

    def marks(self, names: Iterable[str]) -> Iterator[str]:
        """A line for each picture, which changes with its name and with the size and time of the file it lies in."""
        for name in names:
            place, member = self.find(name)
            file = Path(str(place.filename)) if isinstance(place, zipfile.ZipFile) else place / member
            known = file.stat()
            yield f"{name} {member} {known.st_size} {known.st_mtime_ns}"

    @cached_property
    def _by_stem(self) -> dict[str, list[tuple[PurePosixPath, Spot]]]:
        """Every file by its bare name, without capitals and suffix."""
        below = (found for folder in self.folders for found in sorted(folder.glob("*.zip")))
        self.zips += [_archive(found) for found in below if zipfile.is_zipfile(found)]  # macOS puts a ._1.zip beside
        files = defaultdict(list)
        for place, member in self._files():
            files[_stem(_parts(member))].append((_parts(member), (place, member)))
        return files

    def _files(self) -> Iterator[Spot]:
        for archive in self.zips:
            yield from ((archive, member) for member in dict.fromkeys(archive.namelist()) if not member.endswith("/"))
        for folder in self.folders:
            yield from ((folder, str(file.relative_to(folder))) for file in folder.rglob("*") if file.is_file())


def _parts(name: str) -> PurePosixPath:
    """A path as any system writes it; macOS takes accented and Korean letters apart."""
    return PurePosixPath(unicodedata.normalize("NFC", name.replace("\\", "/")))


def _stem(path: PurePosixPath) -> str:
    return (path.stem if path.suffix.lower() in PHOTO_SUFFIXES else path.name).casefold()


def _same_end(one: PurePosixPath, other: PurePosixPath) -> bool:
    count = min(len(one.parts), len(other.parts))
    return one.parts[-count:] == other.parts[-count:]


def _nearly_same_end(file: PurePosixPath, wanted: PurePosixPath) -> bool:
    """Without capitals, and without the suffix where the table has none."""
    named = wanted if wanted.suffix.lower() in PHOTO_SUFFIXES else wanted.with_name(wanted.name + file.suffix)
    return _same_end(*(PurePosixPath(str(path).casefold()) for path in (file, named)))


def _archive(place: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(place)
    except zipfile.BadZipFile as error:
        raise ValueError(f"{place.name} is neither a zip nor a folder") from error
