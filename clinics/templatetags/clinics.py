"""A link to rate a clinic that carries a reference, never the case; and data for the map's script."""

import json
from typing import Any
from urllib.parse import urlencode

from django import template
from django.urls import reverse

from clinics.visits import reference_for

register = template.Library()


@register.simple_tag
def visit_url(case_token: str) -> str:
    return f"{reverse('clinics:visit_create')}?{urlencode({'ref': reference_for(case_token)})}"


@register.filter
def as_json(value: Any) -> str:
    """For an attribute: a script element would be lost when a part of the page is exchanged."""
    return json.dumps(value, ensure_ascii=False)
