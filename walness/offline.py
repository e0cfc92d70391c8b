"""What makes the site installable and opens it without a connection; nothing personal is kept on the device."""

import json
from hashlib import sha256

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_safe

LANGUAGES = ("ko", "en")
# What the offline page is made of; fonts follow as pages ask for them.
SHELL = (
    "fonts/pretendard.css", "css/tokens.css", "css/base.css", "css/parts.css", "css/pages.css", "css/print.css",
    "js/theme.js", "img/icon.svg",
)  # fmt: skip
ICONS = (("img/icon-192.png", "192x192", "any"), ("img/icon-512.png", "512x512", "any"),
         ("img/icon-maskable-512.png", "512x512", "maskable"))  # fmt: skip


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """The page a visitor sees without a connection. No request reaches it: no token, no name, no cookie."""
    response = HttpResponse(render_to_string("pages/offline.html"))
    patch_cache_control(response, public=True, max_age=3600)
    return response


@require_safe
def manifest(request: HttpRequest) -> JsonResponse:
    """What a phone needs to know to put the site on its home screen."""
    home = reverse("diagnosis:home")
    about = {
        "id": "/",
        "name": _("Walness"),
        "short_name": _("Walness"),
        "description": _("A first look at eyes and skin"),
        "start_url": home,
        "scope": "/",
        "display": "standalone",
        "background_color": "#faf6f0",
        "theme_color": "#0c6a5c",
        "icons": [{"src": static(src), "sizes": sizes, "purpose": purpose} for src, sizes, purpose in ICONS],
        "shortcuts": [{"name": _("Find a clinic"), "url": reverse("clinics:clinic_list")}],
    }
    response = JsonResponse(about, content_type="application/manifest+json")
    patch_cache_control(response, public=True, max_age=3600)
    return response


@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """The worker, told what to keep; its name changes with what it keeps, so that a new release replaces the old."""
    source = finders.find("js/service-worker.js")
    with open(str(source), encoding="utf-8") as file:
        behaviour = file.read()
    kept = {"files": [static(name) for name in SHELL], "pages": _offline_pages(), "static": settings.STATIC_URL}
    told = json.dumps(kept | {"name": f"walness-{sha256((behaviour + str(kept)).encode()).hexdigest()[:12]}"})
    response = HttpResponse(f"const SHELL = {told};\n{behaviour}", content_type="text/javascript")
    patch_cache_control(response, no_cache=True)
    return response


def _offline_pages() -> dict[str, str]:
    pages = {}
    for language in LANGUAGES:
        with override(language):
            pages[language] = reverse("offline")
    return pages
