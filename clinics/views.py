"""The clinics page: a place comes in, by name or with consent by position; a list and a map go out."""

from typing import Any, cast

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods
from django_htmx.http import push_url

from clinics.atlas import map_of, map_of_country
from clinics.forms import DEFAULTS, MAX_PAGES, RADII, SearchForm, VisitForm
from clinics.misspelt import nearly_named
from clinics.models import Clinic, Visit
from clinics.names import OTHER_NAMES
from clinics.places import Spot, parts_of
from clinics.roads import ON_A_ROAD, places_named
from clinics.rows import as_rows
from clinics.search import asks_others, find

TEMPLATE = "clinics/clinic_list.html"
NAMES_SHOWN = 12


@require_http_methods(["GET", "HEAD", "POST"])
def clinic_list(request: HttpRequest) -> HttpResponse:
    """Positions arrive by POST only from our page, so that none stands in an address or a log."""
    form = SearchForm(request.POST if request.method == "POST" else request.GET)
    if not form.is_valid():
        return render(request, TEMPLATE, _frame(form) | {"sentence": form.sentence()}, status=400)
    if request.method == "POST" and form.cleaned_data["q"]:
        return redirect(_address(request.POST))
    response = render(request, TEMPLATE, _frame(form) | _found(form))
    patch_cache_control(response, private=True, no_store=True)
    # Changed in place, the page keeps an address to come back to; a position never enters one.
    return push_url(response, request.get_full_path()) if request.method == "GET" else response


@require_http_methods(["GET", "HEAD", "POST"])
def visit_create(request: HttpRequest) -> HttpResponse:
    """Rate a clinic; the reference in the link stands for a case without naming it."""
    form = VisitForm(request.POST or None)
    if form.is_valid() and _recorded(form):
        return render(request, "clinics/visit_done.html")
    status = 422 if form.is_bound else 200
    return render(request, "clinics/visit_form.html", {"form": form, **_choices(request)}, status=status)


def _found(form: SearchForm) -> dict[str, Any]:
    """Where the search starts, what it found, and the map of it; nothing but a map while the place is unknown."""
    language, name = get_language() or "ko", form.cleaned_data["q"]
    spots = places_named(name)
    point = (spots[0].lat, spots[0].lng) if spots else None if name else form.point()
    nearly = _nearly(form, language)
    if point is None:
        closer = [_link(form, spot, spot.short_label(language)) for spot in parts_of(None)]
        return {"map": map_of_country(language=language), "unknown_place": name, "nearly": nearly, "closer": closer}
    question = form.question(*point)
    answer = find(question)
    rows = as_rows(answer.places, question.now)
    page, drawn = form.cleaned_data["page"], map_of(question, rows, language=language)
    abroad = not rows and not drawn["regions"]
    parts = parts_of(spots[0]) if spots else parts_of(None) if abroad else []
    return {
        "question": question,
        "place": spots[0].label(language) if spots else "",
        "on_road": bool(spots) and spots[0].depth == ON_A_ROAD,
        "nearly": nearly,
        "other_places": [_link(form, spot, spot.label(language)) for spot in spots[1:]],
        "closer": [_link(form, spot, spot.short_label(language)) for spot in parts],
        "rows": rows,
        "rated": any(row.rating for row in rows),
        "more": page + 1 if answer.more and page < MAX_PAGES else None,
        "silent": answer.silent,
        "map": drawn,
        "abroad": abroad,
        "wider": next((km for km in RADII if km > question.radius_km), None),
    }


def _frame(form: SearchForm) -> dict[str, Any]:
    """What the page needs whatever was asked; a position is sent again only by POST."""
    by_position = form.is_valid() and form.point() is not None and not form.cleaned_data["q"]
    return {"form": form, "by_position": by_position, "others": asks_others(), **_distances(form)}


def _distances(form: SearchForm) -> dict[str, Any]:
    """The menu of distances, the one that is searched among them whatever a link asked for."""
    radius = f"{float(form.cleaned_data.get('radius_km') or DEFAULTS['radius_km']):g}"
    return {"radii": sorted({*map(str, RADII), radius}, key=float), "radius": radius}


def _nearly(form: SearchForm, language: str) -> list[dict[str, str]]:
    """Places that may be meant by a word that no place bears; a spot known by another name is shown under that."""
    return [
        _link(form, spot, f"{name} ({spot.label(language)})" if name in OTHER_NAMES else spot.label(language))
        for name, spot in nearly_named(form.cleaned_data["q"])
    ]


def _link(form: SearchForm, spot: Spot, label: str) -> dict[str, str]:
    return {"label": label, "url": _address(cast(QueryDict, form.data), q=spot.name)}


def _address(answers: QueryDict, **changed: str) -> str:
    """The page's address with these answers, without position, token or page."""
    kept = answers.copy()
    for name in ("lat", "lng", "csrfmiddlewaretoken", "page"):
        kept.pop(name, None)
    for name, value in changed.items():
        kept[name] = value
    return f"{reverse('clinics:clinic_list')}?{kept.urlencode()}"


def _recorded(form: VisitForm) -> bool:
    answers = form.cleaned_data
    try:
        with transaction.atomic():
            Visit.objects.create(
                case_hash=answers["ref"],
                clinic=answers["clinic"],
                stars=answers["stars"],
                comment=answers["comment"],
            )
    except IntegrityError:  # the same form, sent twice at once: asked again, it says so
        form.full_clean()
        return False
    return True


def _choices(request: HttpRequest) -> dict[str, Any]:
    """Clinics whose name was typed, to choose from; the reference travels with the form."""
    answers = request.POST or request.GET
    name = answers.get("name", "").strip()[:80]
    clinics = Clinic.objects.filter(name__icontains=name, closed=False)[:NAMES_SHOWN] if name else []
    return {"name": name, "clinics": clinics, "ref": answers.get("ref", "")[:300]}
