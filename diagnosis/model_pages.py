"""The pages of the released models: what each was trained on, what was measured, and where it fails."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe

from diagnosis import engine
from diagnosis.figures import PLOTS, figures_of
from diagnosis.models import Disease
from ml.inference import MlError, ModelCard

YEAR_S = 31_536_000  # a release's plot does not change
HELPERS = {"lesion_outline": gettext_noop("Outline of a spot on human skin")}


@require_safe
def models(request: HttpRequest) -> HttpResponse:
    """Every released model with its main figures."""
    rows = [
        {"card": card, "name": _name_of(card.task), "figures": figures_of(card.measured)} for card in engine.cards()
    ]
    return render(request, "pages/models.html", {"models": rows})


@require_safe
def model_detail(request: HttpRequest, name: str, version: str | None = None) -> HttpResponse:
    """One release: figures, conditions, plots, data, limits, and its earlier versions."""
    card = _card(name, version)
    context = {
        "card": card,
        "name": _name_of(card.task),
        "figures": figures_of(card.measured),
        "classes": _classes(card),
        "plots": _plots(card),
        "versions": engine.model_versions(card.task),
        "newest": version is None or version == engine.model_versions(card.task)[0],
    }
    return render(request, "pages/model.html", context)


@require_safe
def model_plot(request: HttpRequest, name: str, version: str, plot: str) -> HttpResponse:
    """A plot of a release, as PNG; only the plots that have words."""
    card = _card(name, version)
    picture = engine.model_plot(card, plot) if plot in PLOTS else None
    if picture is None:
        raise Http404(_("There is no such plot."))
    headers = {"Cache-Control": f"public, max-age={YEAR_S}, immutable"}
    return HttpResponse(picture, content_type="image/png", headers=headers)


def _card(name: str, version: str | None) -> ModelCard:
    try:
        return engine.model(name, version)
    except MlError as error:
        raise Http404(_("There is no such model.")) from error


def _name_of(task: str) -> str:
    """A task in the reader's words: who and where."""
    if task in HELPERS:
        return _(HELPERS[task])
    first = Disease.objects.of_task(task).with_pair().first()
    return f"{first.species} · {first.body_site}" if first else task


def _classes(card: ModelCard) -> list[dict[str, Any]]:
    """The per-class table with the names that the catalogue has for the labels."""
    names = {disease.code: str(disease) for disease in Disease.objects.of_task(card.task)}
    return [
        {"label": label, "name": names.get(label, label), **row}
        for label, row in card.measured.get("per_class", {}).items()
    ]


def _plots(card: ModelCard) -> list[dict[str, str]]:
    return [
        {
            "title": str(title),
            "words": str(words),
            "url": reverse("model_plot", args=[card.task, card.version, name]),
        }
        for name, (title, words) in PLOTS.items()
        if engine.model_plot(card, name) is not None
    ]
