"""Photos and folders in, one JSON-ready finding each out; a bad file is a line with an error, never the end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ml.inference import REGISTRY, Diagnoser, Finding, UnreadablePhoto, read_photo

PHOTO_SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".heic", ".heif", ".avif", ".mpo"}


def predict_lines(
    task: str, paths: list[Path], heatmaps: Path | None = None, registry: Path = REGISTRY
) -> Iterator[dict[str, Any]]:
    """One object per photo, in the order found; folders are searched for files with a photo's suffix.

    Raises:
        UnknownTask, CorruptModel: before the first line.
    """
    diagnoser = Diagnoser.load(task, registry=registry)
    if heatmaps is not None:
        heatmaps.mkdir(parents=True, exist_ok=True)
    for number, path in enumerate(photos_in(paths)):
        yield _line(diagnoser, path, heatmaps / f"{number:05d}-{path.stem}.png" if heatmaps else None)


def photos_in(paths: list[Path]) -> Iterator[Path]:
    """Each path, or the photos below it where it is a folder; raises FileNotFoundError where a folder has none."""
    for path in paths:
        if path.is_dir():
            found = sorted(p for p in path.rglob("*") if p.suffix.lower() in PHOTO_SUFFIXES)
            if not found:
                raise FileNotFoundError(f"no photo in {path}")
            yield from found
        else:
            yield path


def _line(diagnoser: Diagnoser, path: Path, heatmap: Path | None) -> dict[str, Any]:
    try:
        finding = diagnoser.diagnose(read_photo(path.read_bytes()))
    except (OSError, UnreadablePhoto) as error:
        reason = str(error) if isinstance(error, UnreadablePhoto) else f"cannot be read: {error.strerror}"
        return {"image": str(path), "task": diagnoser.card.task, "error": reason}
    if heatmap is not None and finding.heatmaps[0] is not None:
        finding.heatmaps[0].save(heatmap)
    return _as_json(path, finding)


def _as_json(path: Path, finding: Finding) -> dict[str, Any]:
    return {
        "image": str(path),
        "task": finding.task,
        "version": finding.version,
        "candidates": [asdict(candidate) for candidate in finding.candidates],
        "abstained": finding.abstained,
        "reason": finding.reason,
        "in_scope": finding.in_scope,
        "alerts": list(finding.alerts),
        "quality": finding.quality[0],
        "ms": finding.ms,
    }
