"""For other rooms' templates: a link to rate a clinic that carries a reference, never the case."""

from urllib.parse import urlencode

from django import template
from django.urls import reverse

from clinics.visits import reference_for

register = template.Library()


@register.simple_tag
def visit_url(case_token: str) -> str:
    return f"{reverse('clinics:visit_create')}?{urlencode({'ref': reference_for(case_token)})}"
