"""The map: which address leads to which room."""

from collections.abc import Callable

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.http.response import HttpResponseBase
from django.urls import include, path
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView

from diagnosis.model_pages import model_detail, model_plot, models
from walness.api import api
from walness.health import healthz, readyz
from walness.metrics import metrics
from walness.offline import manifest, offline, service_worker


def _page(name: str) -> Callable[..., HttpResponseBase]:
    return require_safe(TemplateView.as_view(template_name=f"pages/{name}.html"))


handler400, handler404 = "walness.errors.bad_request", "walness.errors.not_found"
handler500 = "walness.errors.failed"

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
    path("api/v1/", api.urls),
    path("service-worker.js", service_worker, name="service_worker"),  # at the root: it looks after every page
    path("i18n/", include("django.conf.urls.i18n")),
    path("models/<slug:name>/<str:version>/<slug:plot>.png", model_plot, name="model_plot"),
    path(settings.ADMIN_PATH, admin.site.urls),
    *i18n_patterns(
        path("offline/", offline, name="offline"),
        path("manifest.webmanifest", manifest, name="manifest"),
        path("about/", _page("about"), name="about"),
        path("privacy/", _page("privacy"), name="privacy"),
        path("sources/", _page("sources"), name="sources"),
        path("models/", models, name="models"),
        path("models/<slug:name>/", model_detail, name="model"),
        path("models/<slug:name>/<str:version>/", model_detail, name="model_release"),
        path("", include("diagnosis.urls")),
        path("", include("clinics.urls")),
    ),
]
