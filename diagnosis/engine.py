"""The bridge to the workshop: one loaded model per task and process."""

from collections import Counter
from dataclasses import asdict
from pathlib import Path
from threading import Lock
from typing import Any

from django.conf import settings
from PIL import Image

from ml.inference import (
    Diagnoser,
    Finding,
    MlError,
    ModelCard,
    model_card,
    outline,
    outliner,
    released_models,
    released_tasks,
    versions,
)

OUTLINED = ("human_skin",)  # the network has seen no other lesion's edge


_loading = Lock()
_answers: Counter[tuple[str, str]] = Counter()  # of this process, by task and reason for not judging
_loaded: dict[tuple[Path, str], Diagnoser] = {}
_listed: dict[tuple[Path, str], list[str]] = {}


def task_of(species: str, body_site: str) -> str:
    """The workshop's name for a species and a body site: ``dog_eye``."""
    return f"{species}_{body_site}"


def is_released(species: str, body_site: str) -> bool:
    """Whether an honest model exists for this pair."""
    return bool(model_versions(task_of(species, body_site)))


def cards() -> list[ModelCard]:
    """The card of the newest release of each task; unreadable ones are reported by the checks."""
    found = []
    for task in released_tasks(settings.MODEL_REGISTRY):
        try:
            found.append(model(task))
        except MlError:
            continue
    return found


def model(name: str, version: str | None = None) -> ModelCard:
    """The card of a release, the newest by default.

    Raises:
        UnknownTask: nothing is released under that name. CorruptModel: its card cannot be read.
    """
    return model_card(name, version or _newest(name), settings.MODEL_REGISTRY)


def model_versions(name: str) -> list[str]:
    """The released versions of a model, newest first, as this process found them: the newest is the one that answers.

    What is released later waits for a restart, so that pages and answers never speak of different models.
    """
    key = (settings.MODEL_REGISTRY, name)
    if key not in _listed and (found := versions(name, settings.MODEL_REGISTRY)):
        _listed.setdefault(key, found)
    return _listed.get(key, [])


def _newest(name: str) -> str | None:
    return next(iter(model_versions(name)), None)


def model_plot(card: ModelCard, plot: str) -> bytes | None:
    """The PNG of a release's plot; None when it has none of that name."""
    file = settings.MODEL_REGISTRY / card.task / card.version / "plots" / f"{plot}.png"
    return file.read_bytes() if file.is_file() else None


def diagnoser_for(species: str, body_site: str) -> Diagnoser:
    """The newest released model of this pair, loaded on its first use.

    Raises:
        UnknownTask: no model is released for this pair.
        CorruptModel: the release is not what its card says.
    """
    return _diagnoser(task_of(species, body_site))


def outline_of(species: str, body_site: str, picture: Image.Image) -> dict[str, Any] | None:
    """The lesion's outline as a case keeps it; empty when none was found, None where nobody draws one."""
    if task_of(species, body_site) not in OUTLINED:
        return None
    try:
        found = outline(picture, registry=settings.MODEL_REGISTRY)
    except MlError:  # the answer stands without it, and broken_models tells the operator
        return None
    return asdict(found) | {"version": outliner(settings.MODEL_REGISTRY).card.version} if found else {}


def count(finding: Finding) -> None:
    """Remember that a case was answered, for the figures only."""
    with _loading:
        _answers[finding.task, finding.reason or "judged"] += 1


def answers() -> dict[tuple[str, str], int]:
    """How many cases this process has answered, by task and outcome."""
    return dict(_answers)


def broken_models() -> list[str]:
    """A sentence for each released model that cannot answer; loads the others, so that the first case need not wait."""
    tasks = released_tasks(settings.MODEL_REGISTRY)
    problems = [] if tasks else ["No model is released."]
    for name in released_models(settings.MODEL_REGISTRY):
        try:
            if model(name).kind == "segmentation":
                outliner(settings.MODEL_REGISTRY)
            else:
                _diagnoser(name)
        except MlError as error:
            problems.append(str(error))
    return problems


def _diagnoser(task: str) -> Diagnoser:
    key = (settings.MODEL_REGISTRY, task)
    with _loading:  # two first visitors at once load a model once
        if key not in _loaded:
            _loaded[key] = Diagnoser.load(task, _newest(task), registry=settings.MODEL_REGISTRY)
        return _loaded[key]
