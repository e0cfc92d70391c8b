"""Patients: who they are, their timeline, and two dates side by side."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from diagnosis import comparing, services
from diagnosis.care_forms import PatientForm
from diagnosis.gate import takes_a_place
from diagnosis.models import Case, Patient
from diagnosis.visitor import account_of, named_owner, own_case, own_cases, own_patient, own_patients


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def patient_list(request: HttpRequest) -> HttpResponse:
    """The visitor's patients, and a form for one more; ``?case=`` puts that case on the new one's timeline."""
    form = PatientForm(request.POST or None, initial=_first_answers(request))
    if form.is_valid():
        patient = services.add_patient(owner=named_owner(request), account=account_of(request), **form.cleaned_data)
        return redirect(_with_first_case(request, patient))
    context = {"patients": own_patients(request), "form": form, "case_token": request.GET.get("case", "")}
    return render(request, "diagnosis/patient_list.html", context, status=422 if form.is_bound else 200)


@never_cache
@require_safe
def patient_detail(request: HttpRequest, token: str) -> HttpResponse:
    """A patient's timeline, the newest first."""
    patient = own_patient(request, token)
    return render(request, "diagnosis/patient_detail.html", {"patient": patient, "cases": _timeline(request, patient)})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def patient_change(request: HttpRequest, token: str) -> HttpResponse:
    """Correct what was written about a patient."""
    patient = own_patient(request, token)
    form = PatientForm(request.POST or None, instance=patient)
    if form.is_valid():
        return redirect(services.change_patient(patient, **form.cleaned_data))
    context = {"patient": patient, "form": form}
    return render(request, "diagnosis/patient_change.html", context, status=422 if form.is_bound else 200)


@require_POST
def patient_delete(request: HttpRequest, token: str) -> HttpResponse:
    """Forget a patient; the cases stay until their own time is over."""
    services.forget_patient(own_patient(request, token))
    return redirect("diagnosis:patient_list")


@never_cache
@require_safe
@takes_a_place
def patient_compare(request: HttpRequest, token: str) -> HttpResponse:
    """Two dates side by side, brought to the same place and light; refuses honestly where they do not fit."""
    patient = own_patient(request, token)
    cases = {str(case.pk): case for case in _timeline(request, patient)}
    earlier, later = (cases.get(request.GET.get(name, "")) for name in ("earlier", "later"))
    if earlier is None or later is None:
        raise Http404(_("Please choose two dates of this patient."))
    earlier, later = sorted((earlier, later), key=lambda case: case.created_at)
    context = {"patient": patient, "cases": list(cases.values()), **comparing.side_by_side_of(earlier, later)}
    return render(request, "diagnosis/compare.html", context)


def _timeline(request: HttpRequest, patient: Patient) -> list[Case]:
    return list(own_cases(request).filter(patient=patient).whole())


def _first_answers(request: HttpRequest) -> dict[str, object]:
    """What is known already when a patient is added from a case."""
    token = request.GET.get("case")
    case = own_case(request, token) if token else None
    return {"species": case.species, "sex": case.sex} if case else {"species": request.GET.get("species")}


def _with_first_case(request: HttpRequest, patient: Patient) -> Patient:
    token = request.GET.get("case")
    case = own_case(request, token) if token else None
    if case is not None and case.species_id == patient.species_id:
        services.put_on_timeline(case, patient)
    return patient
