"""What the tables of choices of all runs share: read back from JSON, and changed by name."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any, Self


class Choices:
    """The base of a frozen dataclass in which each field is one choice of a run."""

    @classmethod
    def from_json(cls, written: Mapping[str, Any]) -> Self:
        """The choices that a card or a run wrote down; what did not exist then has its default.

        Raises:
            ValueError: an option is not a field.
        """
        return cls(**cls._known(written))

    def with_options(self, options: Mapping[str, Any]) -> Self:
        """The same run with some choices replaced.

        Raises:
            ValueError: an option is not a field, or its value is of another kind than the one it replaces.
        """
        known = self._known(options)
        for name, value in known.items():
            if not _alike(value, now := getattr(self, name)):
                raise ValueError(f"{name} is {_kind(now)}, not {json.dumps(value)}")
        return replace(self, **known)  # type: ignore[type-var]

    @classmethod
    def _known(cls, written: Mapping[str, Any]) -> dict[str, Any]:
        """The values as fields have them: JSON knows no tuples."""
        known = {field.name for field in fields(cls)}  # type: ignore[arg-type]  # a dataclass, as every subclass is
        if unknown := sorted(set(written) - known):
            raise ValueError(f"unknown option {', '.join(unknown)}; known: {', '.join(sorted(known))}")
        return {name: tuple(value) if isinstance(value, list) else value for name, value in written.items()}


def _alike(value: Any, now: Any) -> bool:
    """Whether one choice may stand for another: numbers are 0 or more and finite, a list has elements of one kind."""
    if isinstance(now, tuple):
        kinds = now or ("",)
        right_long = isinstance(kinds[0], str) or isinstance(value, tuple) and len(value) == len(now)
        return isinstance(value, tuple) and right_long and all(_alike(one, kinds[0]) for one in value)
    if isinstance(now, (bool, str)) or isinstance(value, bool):
        return type(value) is type(now)
    return isinstance(value, (int, type(now))) and 0 <= value < float("inf")


def _kind(now: Any) -> str:
    if isinstance(now, tuple):
        return f"a list such as {json.dumps(now or ['name'])}"
    names = {bool: "true or false", str: "a word", int: "a whole number, 0 or more", float: "a number, 0 or more"}
    return names[type(now)]
