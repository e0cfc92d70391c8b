"""The room's addresses."""

from django.urls import path

from diagnosis import library, views

app_name = "diagnosis"
urlpatterns = [
    path("", views.home, name="home"),
    path("cases/", views.case_create, name="case_create"),
    path("cases/<str:token>/", views.case_detail, name="case_detail"),
    path("cases/<str:token>/photos/<int:number>.jpg", views.case_photo, name="case_photo"),
    path("cases/<str:token>/heatmaps/<int:number>.png", views.case_heatmap, name="case_heatmap"),
    path("cases/<str:token>/delete/", views.case_delete, name="case_delete"),
    path("my-cases/", views.my_cases, name="my_cases"),
    path("diseases/", library.disease_list, name="disease_list"),
    path("diseases/<slug:species>/<slug:body_site>/<slug:code>/", library.disease_detail, name="disease_detail"),
    path("guide/<slug:species>/<slug:body_site>/", library.guide, name="guide"),
]
