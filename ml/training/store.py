"""Where the bytes of a data set's pictures are: zips, or a folder."""

from __future__ import annotations

import zipfile
from collections import Counter
from pathlib import Path


class Store:
    """Bytes of a picture by its name, from zips or from a folder; a name may lack the folders it lies in."""

    def __init__(self, places: tuple[Path, ...]) -> None:
        if missing := [place.name for place in places if not place.exists()]:
            raise FileNotFoundError(f"no images at {', '.join(missing)}")
        self.folders = [place for place in places if place.is_dir()]
        self.zips = [_archive(place) for place in places if place.is_file()]
        self.members = {name: (archive, name) for archive in self.zips for name in archive.namelist()}
        tails = Counter(name.rpartition("/")[2] for name in self.members)
        self.members |= {
            tail: found
            for name, found in list(self.members.items())
            if tails[tail := name.rpartition("/")[2]] == 1 and tail not in self.members
        }

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *exception: object) -> None:
        for archive in self.zips:
            archive.close()

    def read(self, name: str) -> bytes:
        """Raises FileNotFoundError when no place holds ``name``."""
        tail = name.rpartition("/")[2]
        for known in (name, tail):
            if known in self.members:
                archive, member = self.members[known]
                return archive.read(member)
            for folder in self.folders:
                if (folder / known).is_file():
                    return (folder / known).read_bytes()
        raise FileNotFoundError(f"no picture {name} in the images given")


def _archive(place: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(place)
    except zipfile.BadZipFile as error:
        raise ValueError(f"{place.name} is neither a zip nor a folder") from error
