"""The room's addresses."""

from django.urls import path

from diagnosis import accounts, care, handover, library, opinions, patients, scorecard, sponsors, views

app_name = "diagnosis"
urlpatterns = [
    path("", views.home, name="home"),
    path("cases/", views.case_create, name="case_create"),
    path("cases/<str:token>/", views.case_detail, name="case_detail"),
    path("cases/<str:token>/photos/<int:number>.jpg", views.case_photo, name="case_photo"),
    path("cases/<str:token>/heatmaps/<int:number>.png", views.case_heatmap, name="case_heatmap"),
    path("cases/<str:token>/delete/", views.case_delete, name="case_delete"),
    path("cases/<str:token>/keep/", care.case_keep, name="case_keep"),
    path("cases/<str:token>/patient/", care.case_patient, name="case_patient"),
    path("cases/<str:token>/reminder.ics", care.case_reminder, name="case_reminder"),
    path("cases/<str:token>/report.pdf", care.case_report, name="case_report"),
    path("cases/<str:token>/feedback/", opinions.case_feedback, name="case_feedback"),
    path("cases/<str:token>/feedback/more/", opinions.case_feedback_more, name="case_feedback_more"),
    path("cases/<str:token>/share/", handover.case_share, name="case_share"),
    path("cases/<str:token>/share/end/", handover.case_share_end, name="case_share_end"),
    path("shared/<str:token>/", handover.shared, name="shared"),
    path("shared/<str:token>/found/", handover.shared_confirm, name="shared_confirm"),
    path("shared/<str:token>/photos/<int:number>.jpg", handover.shared_photo, name="shared_photo"),
    path("shared/<str:token>/heatmaps/<int:number>.png", handover.shared_heatmap, name="shared_heatmap"),
    path("shared/<str:token>/report.pdf", handover.shared_report, name="shared_report"),
    path("my-cases/", views.my_cases, name="my_cases"),
    path("patients/", patients.patient_list, name="patient_list"),
    path("patients/<str:token>/", patients.patient_detail, name="patient_detail"),
    path("patients/<str:token>/change/", patients.patient_change, name="patient_change"),
    path("patients/<str:token>/delete/", patients.patient_delete, name="patient_delete"),
    path("patients/<str:token>/compare/", patients.patient_compare, name="patient_compare"),
    path("account/", accounts.account, name="account"),
    path("account/sign-up/", accounts.sign_up, name="sign_up"),
    path("account/log-in/", accounts.log_in, name="log_in"),
    path("account/log-out/", accounts.log_out, name="log_out"),
    path("account/claim/", accounts.claim, name="claim"),
    path("account/password/", accounts.change_password, name="password_change"),
    path("account/close/", accounts.close, name="account_close"),
    path("scorecard/", scorecard.scorecard, name="scorecard"),
    path("sponsors/<int:pk>.jpg", sponsors.picture, name="sponsor_picture"),
    path("diseases/", library.disease_list, name="disease_list"),
    path("diseases/<slug:species>/<slug:body_site>/<slug:code>/", library.disease_detail, name="disease_detail"),
    path("guide/<slug:species>/<slug:body_site>/", library.guide, name="guide"),
]
