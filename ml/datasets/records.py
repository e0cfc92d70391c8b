"""What an importer says about one picture, and what every importer must be able to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from ml.datasets.source import Source


@dataclass(frozen=True)
class Record:
    """One labelled picture of a source, before anybody has looked at its pixels."""

    file: int  # its row among the files of the source
    labels: tuple[str, ...]
    absent: tuple[str, ...] = ()  # looked for and not found
    hints: tuple[str, ...] = ()  # names it shares with the pictures of the same patient, lesion or animal
    split: str = ""  # "train", "val" or "test" where the source has its own
    facts: Mapping[str, str] = field(default_factory=dict)  # keys: columns.FACTS


class Importer(Protocol):
    """One kind of source; ``name`` ends up in the column ``origin``."""

    name: str
    several_labels: bool  # a picture may have more than one label even where none here has

    def recognises(self, source: Source) -> bool:
        """Whether the source looks like this kind, by a glance at names and headers."""

    def records(self, source: Source) -> Iterator[Record]:
        """Every labelled picture, in an order that depends on the source alone."""
