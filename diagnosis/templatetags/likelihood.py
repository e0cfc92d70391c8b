"""How a candidate is written: its number, its words, its page. Filters, because a page may list thirteen of them."""

from functools import lru_cache

from django import template
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from diagnosis.models import Case, Disease

register = template.Library()


@register.filter
def percent(probability: float) -> str:
    """Whole per cent; never 0 and never 100."""
    if probability >= 0.99:
        return ">\u00a099%"
    return "<\u00a01%" if probability < 0.01 else f"{round(100 * probability)}%"


@register.filter
def likelihood(probability: float) -> str:
    """A probability in words."""
    if probability >= 0.8:
        return _("very likely")
    if probability >= 0.6:
        return _("likely")
    return _("possible") if probability >= 0.4 else _("less likely")


@register.simple_tag
def disease_url(case: Case, disease: Disease) -> str:
    """Where the site tells of a disease that was considered in a case."""
    return _page(get_language(), case.species.code, case.body_site.code, disease.code)


@lru_cache(maxsize=1024)
def _page(_language: str | None, *codes: str) -> str:
    """Kept, because to reverse thirteen of them costs 1 ms; the address differs from language to language."""
    return reverse("diagnosis:disease_detail", args=codes)
