"""The room's addresses."""

from django.http import HttpRequest, HttpResponse
from django.urls import path


def _soon(request: HttpRequest) -> HttpResponse:
    return HttpResponse("clinics")


app_name = "clinics"
urlpatterns = [path("clinics/", _soon, name="clinic_list")]
