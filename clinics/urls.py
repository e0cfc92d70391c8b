"""The room's addresses."""

from django.urls import path

from clinics import views

app_name = "clinics"
urlpatterns = [
    path("clinics/", views.clinic_list, name="clinic_list"),
    path("clinics/visit/", views.visit_create, name="visit_create"),
]
