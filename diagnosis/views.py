"""The pages of a case: who asks, what came, what is done, where next."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from diagnosis import services
from diagnosis.answer import case_context
from diagnosis.care import care_context
from diagnosis.coverage import coverage
from diagnosis.forms import CaseForm, guide_url
from diagnosis.gate import takes_a_place
from diagnosis.models import Case
from diagnosis.pictures import heatmap_of, photo_of, served
from diagnosis.visitor import PageRequest, own_case, own_cases, submit


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The form, empty."""
    return _case_form(request, CaseForm())


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def case_create(request: HttpRequest) -> HttpResponse:
    """Take the photos, diagnose them, and go to the result."""
    return _answer(request) if request.method == "POST" else _case_form(request, CaseForm())


@never_cache
@require_safe
def case_detail(request: HttpRequest, token: str) -> HttpResponse:
    """The result: how soon, what it may be, where the evidence lies."""
    case = own_case(request, token)
    answer = case_context(case)
    return render(request, "diagnosis/case_detail.html", answer | care_context(request, case, answer["urgency"]))


@require_safe
def case_photo(request: HttpRequest, token: str, number: int) -> HttpResponse:
    """The kept photo, to its owner only."""
    return served(photo_of(own_case(request, token), number).image, "image/jpeg")


@require_safe
def case_heatmap(request: HttpRequest, token: str, number: int) -> HttpResponse:
    """The heat map over that photo, to its owner only."""
    return served(heatmap_of(own_case(request, token), number), "image/png")


@require_POST
def case_delete(request: HttpRequest, token: str) -> HttpResponse:
    """Forget a case now."""
    case = own_case(request, token)
    services.forget(Case.objects.filter(pk=case.pk), figures_too=True)
    return render(request, "diagnosis/case_deleted.html", {"back": reverse("diagnosis:my_cases")})


@never_cache
@require_safe
def my_cases(request: HttpRequest) -> HttpResponse:
    """The cases of this browser, and of the account if there is one, that are still kept."""
    return render(request, "diagnosis/my_cases.html", {"cases": own_cases(request).whole()})


@takes_a_place
def _answer(request: PageRequest) -> HttpResponse:
    form = CaseForm(request.POST, request.FILES)
    if not form.is_valid():
        return _case_form(request, form, status=422)
    case = submit(request, form)
    # htmx fetches in the background: only a word of ours makes it open another page.
    return HttpResponseClientRedirect(case.get_absolute_url()) if request.htmx else redirect(case)


def _case_form(request: HttpRequest, form: CaseForm, *, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "coverage": coverage()}
    if form.unreleased:
        context["guide_url"] = guide_url(*form.unreleased)
    return render(request, "diagnosis/case_form.html", context, status=status)
