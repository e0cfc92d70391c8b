"""Puts the shipped words into the tables: again and again, without touching what an editor has changed."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction

from diagnosis.content_check import CONTENT
from diagnosis.models import BodySite, ConditionNote, Disease, Guide, HouseholdAlert, Language, Species

Entry = dict[str, Any]


@dataclass
class Report:
    """What a load did."""

    written: int = 0  # new or changed
    kept: int = 0  # edited in the admin, so left alone
    problems: list[str] = field(default_factory=list)


@transaction.atomic
def load(folder: Path = CONTENT) -> Report:
    """Read every file of the folder; a bad entry is reported, and the next one is read."""
    report = Report()
    for table, name in ((Species, "species"), (BodySite, "body_site")):
        file = folder / ("species.toml" if name == "species" else "body_sites.toml")
        for rank, entry in enumerate(_read(file, report).get(name, [])):
            _attempt(report, f"{file.name}: {entry.get('code')}", _load_name, table, entry, rank, report)
    for file in sorted((folder / "diseases").glob("*.toml")):
        _load_task(_read(file, report), file.name, report)
    household = folder / "household.toml"
    for entry in _read(household, report).get("alert", []) if household.exists() else []:
        where = f"{household.name}: {entry.get('task')} {entry.get('code')}"
        _attempt(report, where, _load_alert, entry, report)
    return report


def _load_task(content: Entry, name: str, report: Report) -> None:
    pair = _attempt(report, name, _pair, content) if content else None
    if pair is None:
        return
    for language, topics in content.get("guide", {}).items():
        for topic, lines in topics.items():
            _attempt(report, f"{name}: guide.{language}.{topic}", _load_guide, pair, language, topic, lines, report)
    for entry in content.get("disease", []):
        _attempt(report, f"{name}: {entry.get('code')}", _load_disease, pair, entry, report)


def _load_name(table: type[Species] | type[BodySite], entry: Entry, rank: int, report: Report) -> None:
    _put(table, {"code": entry["code"]}, {**_both("name", entry["name"]), "rank": rank}, report)


def _pair(content: Entry) -> Entry:
    return {
        "species": Species.objects.get(code=content["species"]),
        "body_site": BodySite.objects.get(code=content["body_site"]),
    }


def _load_guide(pair: Entry, language: str, topic: str, lines: list[str], report: Report) -> None:
    _put(Guide, {**pair, "language": language, "topic": topic}, {"text": _text(lines)}, report)


def _load_disease(pair: Entry, entry: Entry, report: Report) -> None:
    """One disease with all its notes, or none of it."""
    plain = ("urgency", "dangerous", "terminology", "department", "catching", "sources")
    values = {name: entry[name] for name in plain if name in entry}
    values |= _both("name", entry["name"]) | _both("urgency_reason", entry["urgency_reason"])
    disease = _put(Disease, {**pair, "code": entry["code"]}, values, report)
    for language, topic in _topics():
        key = {"disease": disease, "language": language, "topic": topic}
        _put(ConditionNote, key, {"text": _text(entry["notes"][language][topic])}, report)


def _load_alert(entry: Entry, report: Report) -> None:
    disease = Disease.objects.of_task(entry["task"]).get(code=entry["code"])
    source = entry.get("source", {"title": "", "url": ""})
    values = {"direction": entry["direction"], "source_title": source["title"], "source_url": source["url"]}
    _put(HouseholdAlert, {"disease": disease}, values | _both("text", entry["text"]), report)


def _put(table: type[models.Model], key: Entry, values: Entry, report: Report) -> models.Model:
    """Write the row of this key, unless an editor has made it theirs."""
    row = table._default_manager.filter(**key).first() or table(**key)
    if getattr(row, "edited", False):
        report.kept += 1
        return row
    if row.pk is None or any(getattr(row, name) != value for name, value in values.items()):
        for name, value in values.items():
            setattr(row, name, value)
        row.full_clean()
        row.skip_history_when_saving = True  # type: ignore[attr-defined]  # the first edit keeps what was shipped
        row.save()
        report.written += 1
    return row


def _topics() -> Iterator[tuple[str, str]]:
    return ((language, topic) for language in Language.values for topic in ConditionNote.Topic.values)


def _both(name: str, words: dict[str, str]) -> Entry:
    return {f"{name}_{language}": words[language] for language in Language.values}


def _text(lines: list[str]) -> str:
    return "\n".join(" ".join(line.split()) for line in lines)


def _read(file: Path, report: Report) -> Entry:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        report.problems.append(f"{file.name}: {error}")
        return {}


def _attempt(report: Report, where: str, load_one: Any, *arguments: Any) -> Any:
    """Call ``load_one`` in its own transaction; a refusal becomes a sentence that says where."""
    try:
        with transaction.atomic():
            return load_one(*arguments)
    except ValidationError as error:
        report.problems.append(f"{where}: {'; '.join(error.messages)}")
    except KeyError as error:
        report.problems.append(f"{where}: {error} is missing")
    except (AttributeError, TypeError, models.ObjectDoesNotExist) as error:
        report.problems.append(f"{where}: {error}")
    return None
