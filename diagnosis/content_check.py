"""Is every word of the shipped catalogue there and well formed? Asked of the files alone, before any table exists."""

import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

CONTENT = Path(__file__).parent / "content"

Line = Annotated[str, Field(min_length=1)]
Lines = Annotated[list[Line], Field(min_length=1)]
Code = Annotated[str, Field(pattern=r"^[a-z0-9_]+$", max_length=60)]


class Entry(BaseModel):
    """Anything in the files: a word nobody reads is a misspelt one."""

    model_config = ConfigDict(extra="forbid")


class Words(Entry):
    """The same in both languages."""

    ko: Line
    en: Line


class Name(Entry):
    """A species or a body site."""

    code: Code
    name: Words


class GuideLines(Entry):
    """What to know when no photo can be judged."""

    signs: Lines
    red_flags: Lines
    photo_tips: Lines


class NoteLines(Entry):
    """What to know about a disease."""

    what: Lines
    causes: Lines
    signs: Lines
    home_care: Lines
    at_clinic: Lines
    red_flags: Lines


class Source(Entry):
    """Where the words come from."""

    title: Line
    url: Annotated[str, Field(pattern=r"^https?://")]


class Guide(Entry):
    """In both languages."""

    ko: GuideLines
    en: GuideLines


class Notes(Entry):
    """In both languages."""

    ko: NoteLines
    en: NoteLines


class Disease(Entry):
    """One possible answer."""

    code: Code
    urgency: Literal["watch", "days", "today"]
    department: Literal["ophthalmology", "dermatology"]
    name: Words
    urgency_reason: Words
    notes: Notes
    dangerous: bool = False
    terminology: Annotated[str, Field(max_length=40)] = ""
    catching: Literal["", "people", "pets", "both"] = ""
    sources: list[Source] = []


class Task(Entry):
    """One file of diseases."""

    task: Code
    species: Code
    body_site: Code
    guide: Guide
    disease: Annotated[list[Disease], Field(min_length=1)]


class Alert(Entry):
    """What a household should know."""

    task: Code
    code: Code
    direction: Literal["to_people", "to_pets", "both"]
    text: Words
    source: Source | None = None


class SpeciesFile(Entry):
    """species.toml"""

    species: list[Name]


class BodySiteFile(Entry):
    """body_sites.toml"""

    body_site: list[Name]


class HouseholdFile(Entry):
    """household.toml"""

    alert: list[Alert] = []


def problems(folder: Path = CONTENT) -> list[str]:
    """A sentence for each wrong entry: the file, the entry, the word, and what is wrong with it."""
    files: list[tuple[Path, type[Entry]]] = [
        (folder / "species.toml", SpeciesFile),
        (folder / "body_sites.toml", BodySiteFile),
    ]
    if (folder / "household.toml").exists():
        files.append((folder / "household.toml", HouseholdFile))
    files += [(file, Task) for file in sorted((folder / "diseases").glob("*.toml"))]
    return [sentence for file, shape in files for sentence in _problems_of(file, shape)]


def _problems_of(file: Path, shape: type[Entry]) -> list[str]:
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
        shape.model_validate(content)
    except (OSError, ValueError) as error:
        if isinstance(error, ValidationError):
            return [_sentence(file, content, problem["loc"], problem["msg"]) for problem in error.errors()]
        return [f"{file.name}: {error}"]
    return []


def _sentence(file: Path, content: dict[str, Any], where: tuple[int | str, ...], what: str) -> str:
    """``dog_eye.toml: disease cataract, notes.ko.what: Field required``."""
    names, inside = [], content
    for part in where:
        inside = inside[part] if _has(inside, part) else {}  # type: ignore[index]
        names.append(str(inside["code"]) if isinstance(part, int) and _has(inside, "code") else str(part))
    return f"{file.name}: {'.'.join(names)}: {what}."


def _has(inside: Any, part: int | str) -> bool:
    if isinstance(inside, dict):
        return part in inside
    return isinstance(inside, list) and isinstance(part, int) and part < len(inside)
