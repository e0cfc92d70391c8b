"""The pages of a case: who asks, what came, what is done, where next."""

import logging
from typing import Any

from django.db.models.fields.files import FieldFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from diagnosis import engine, services
from diagnosis.answer import case_context
from diagnosis.coverage import coverage
from diagnosis.forms import CaseForm, guide_url
from diagnosis.models import Case, Photo
from diagnosis.visitor import named_owner, own_case, owner_of
from ml.inference import CorruptModel

logger = logging.getLogger(__name__)

# A photo is data, never a page: a browser that is talked into opening it as one can do nothing with it.
PICTURE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-store",
}


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The form, empty."""
    return _case_form(request, CaseForm())


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def case_create(request: HttpRequest) -> HttpResponse:
    """Take the photos, diagnose them, and go to the result."""
    if request.method != "POST":
        return _case_form(request, CaseForm())
    try:
        with engine.place():
            return _answer(request)
    except engine.Busy:
        return _later(request, str(engine.BUSY))
    except CorruptModel:
        logger.exception("A released model cannot answer.")
        return _later(request, str(engine.OUT_OF_ORDER))


@never_cache
@require_safe
def case_detail(request: HttpRequest, token: str) -> HttpResponse:
    """The result: how soon, what it may be, where the evidence lies."""
    return render(request, "diagnosis/case_detail.html", case_context(own_case(request, token)))


@require_safe
def case_photo(request: HttpRequest, token: str, number: int) -> HttpResponse:
    """The kept photo, to its owner only."""
    return _picture(_photo(request, token, number).image, "image/jpeg")


@require_safe
def case_heatmap(request: HttpRequest, token: str, number: int) -> HttpResponse:
    """The heat map over that photo, to its owner only."""
    return _picture(_photo(request, token, number).heatmap, "image/png")


@require_POST
def case_delete(request: HttpRequest, token: str) -> HttpResponse:
    """Forget a case now."""
    case = own_case(request, token)
    services.forget(Case.objects.filter(pk=case.pk), figures_too=True)
    return render(request, "diagnosis/case_deleted.html")


@never_cache
@require_safe
def my_cases(request: HttpRequest) -> HttpResponse:
    """The cases of this browser that are still kept."""
    cases = Case.objects.owned_by(owner_of(request)).whole()
    return render(request, "diagnosis/my_cases.html", {"cases": cases})


def _answer(request: HttpRequest) -> HttpResponse:
    form = CaseForm(request.POST, request.FILES)
    if not form.is_valid():
        return _case_form(request, form, status=422)
    return redirect(services.submit_case(owner=named_owner(request), **form.cleaned_data))


def _later(request: HttpRequest, sentence: str) -> HttpResponse:
    response = render(request, "503.html", {"sentence": sentence}, status=503)
    response.headers["Retry-After"] = str(engine.RETRY_SECONDS)
    return response


def _case_form(request: HttpRequest, form: CaseForm, *, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "coverage": coverage()}
    if form.unreleased:
        context["guide_url"] = guide_url(*form.unreleased)
    return render(request, "diagnosis/case_form.html", context, status=status)


def _photo(request: HttpRequest, token: str, number: int) -> Photo:
    photo = own_case(request, token).photos.filter(number=number).first()
    if photo is None:
        raise Http404(_("There is no such case, or it is not yours, or its time is over."))
    return photo


def _picture(file: FieldFile, content_type: str) -> HttpResponse:
    if not file or not file.storage.exists(str(file.name)):
        raise Http404(_("There is no such case, or it is not yours, or its time is over."))
    with file.open() as opened:
        return HttpResponse(opened.read(), content_type=content_type, headers=PICTURE_HEADERS)
