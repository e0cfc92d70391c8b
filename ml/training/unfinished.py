"""What an evaluation has been told so far, photo by photo, so that one that was stopped goes on where it was."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ml.cards import ModelCard

Said = dict[str, Any]  # ready for JSON


class Unfinished:
    """Answers of one release, kept in a file of one JSON object a line; without a path they are asked for anew.

    An answer is known by the card, the photo's bytes and what else was said of it, never by a name. A line that a
    stopped run left half-written is asked for again.
    """

    def __init__(self, card: ModelCard, path: Path | None) -> None:
        self.card, self.path, self.known = card.to_json().encode(), path, {}
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("a+", encoding="utf-8") as file:
                file.seek(0)
                self.known = dict(filter(None, map(_entry, file)))

    def answer(self, photo: bytes, about: Mapping[str, Any], ask: Callable[[], Said]) -> Said:
        """What was said of this photo, or what ``ask`` says of it now."""
        asked = (self.card, photo, json.dumps(about, sort_keys=True).encode())
        key = hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in asked)).hexdigest()
        if key not in self.known:
            self.known[key] = ask()
            if self.path is not None:
                with self.path.open("a", encoding="utf-8") as file:
                    file.write("\n" + json.dumps([key, self.known[key]]))  # in front: an unfinished line ends there
        return self.known[key]


def _entry(line: str) -> tuple[str, Said] | None:
    try:
        key, said = json.loads(line)
    except ValueError:
        return None
    return key, said
