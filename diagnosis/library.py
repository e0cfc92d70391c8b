"""The pages to read without a case: diseases and guides."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from diagnosis import engine
from diagnosis.answer import clinics_url, guide_of, how_soon, notes_of
from diagnosis.coverage import disease_groups
from diagnosis.models import BodySite, Disease, Species, Urgency


@require_safe
def disease_list(request: HttpRequest) -> HttpResponse:
    """Every disease, by species and body site."""
    return render(request, "diagnosis/disease_list.html", {"groups": disease_groups()})


@require_safe
def disease_detail(request: HttpRequest, species: str, body_site: str, code: str) -> HttpResponse:
    """What to know about one disease."""
    diseases = Disease.objects.with_pair()
    disease = get_object_or_404(diseases, species__code=species, body_site__code=body_site, code=code)
    context = {
        "disease": disease,
        "how_soon": how_soon(disease.urgency, disease.species, disease.body_site),
        "notes": notes_of(disease),
        "clinics_url": clinics_url(disease.species, disease.body_site, disease.urgency),
    }
    return render(request, "diagnosis/disease_detail.html", context)


@require_safe
def guide(request: HttpRequest, species: str, body_site: str) -> HttpResponse:
    """Signs, urgency and clinics, where no photo is needed or no model is honest."""
    who = get_object_or_404(Species, code=species)
    where = get_object_or_404(BodySite, code=body_site)
    context = {
        "species": who,
        "body_site": where,
        "diseases": Disease.objects.of_pair(who, where).with_pair(),
        "guide": guide_of(who, where),
        "released": engine.is_released(species, body_site),
        "clinics_url": clinics_url(who, where, Urgency.DAYS),
    }
    return render(request, "diagnosis/guide.html", context)
