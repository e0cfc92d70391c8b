"""What the tables of choices of all runs share: read back from JSON, and changed by name."""

from __future__ import annotations

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
            ValueError: an option is not a field.
        """
        return replace(self, **self._known(options))  # type: ignore[type-var]

    @classmethod
    def _known(cls, written: Mapping[str, Any]) -> dict[str, Any]:
        """The values as fields have them: JSON knows no tuples."""
        known = {field.name for field in fields(cls)}  # type: ignore[arg-type]  # a dataclass, as every subclass is
        if unknown := sorted(set(written) - known):
            raise ValueError(f"unknown option {', '.join(unknown)}; known: {', '.join(sorted(known))}")
        return {name: tuple(value) if isinstance(value, list) else value for name, value in written.items()}
