"""The link that opens a case to a clinic, and the page behind it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import segno
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse, translate_url
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from diagnosis import services
from diagnosis.answer import case_context
from diagnosis.care import report_file
from diagnosis.care_forms import ConfirmForm, ShareForm
from diagnosis.models import Case, Confirmation, Photo, ShareLink
from diagnosis.pictures import heatmap_of, photo_of, served
from diagnosis.visitor import own_case, own_cases

View = Callable[..., HttpResponse]


def behind_a_link(view: View) -> View:
    """A page that its address alone opens: nobody stores it, no engine lists it, and its address goes nowhere."""

    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, token: str, *arguments: Any, **options: Any) -> HttpResponse:
        response = view(request, token, *arguments, **options)
        response.headers.setdefault("Referrer-Policy", "no-referrer")
        response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        return response

    return guarded


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def case_share(request: HttpRequest, token: str) -> HttpResponse:
    """Make a link; it is shown this once, because only its fingerprint is kept."""
    case = own_case(request, token)
    form = ShareForm(request.POST or None)
    context: dict[str, Any] = {"case": case, "share_form": form, "share_link": getattr(case, "share_link", None)}
    if form.is_valid():
        link, secret = services.share(case, days=form.cleaned_data["days"])
        url = request.build_absolute_uri(reverse("diagnosis:shared", args=[secret]))
        qr = segno.make(url, error="m").svg_data_uri(scale=4, border=4, light="#fff")
        context |= {"share_link": link, "url": url, "qr": qr}
    return render(request, "diagnosis/share.html", context, status=422 if form.errors else 200)


@require_POST
def case_share_end(request: HttpRequest, token: str) -> HttpResponse:
    """End the link now."""
    case = own_case(request, token)
    services.revoke(case)
    return redirect("diagnosis:case_share", case.token)


@behind_a_link
@require_safe
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """The case as the clinic sees it."""
    case = _linked(token).case
    context = case_context(case)
    context |= {
        "photos": [_as_linked(token, photo) for photo in context["photos"]],
        "token": token,
        "patient": case.patient,
        "confirmation": getattr(case, "confirmation", None),
        "languages": [(code, translate_url(request.path, code)) for code in ("ko", "en")],
    }
    return render(request, "diagnosis/share_page.html", context)


@behind_a_link
@require_http_methods(["GET", "HEAD", "POST"])
def shared_confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Tick what was found; it can be changed as long as the link works."""
    link = _linked(token)
    confirmation = getattr(link.case, "confirmation", None)
    form = ConfirmForm(request.POST if request.method == "POST" else None, case=link.case)
    context = {"token": token, "form": form, "case": link.case, "confirmation": confirmation}
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            services.confirm_by_link(link, form.disease, by=_who(request, link.case))
            return redirect("diagnosis:shared_confirm", token)
        except services.LinkSpent:
            context["spent"], status = True, 429
    response = render(request, "diagnosis/share_confirm.html", context, status=status)
    response.headers["Referrer-Policy"] = "same-origin"  # with no-referrer the form would come from nowhere: a 403
    return response


@behind_a_link
@require_safe
def shared_photo(request: HttpRequest, token: str, number: int) -> HttpResponse:
    """A photo of the case."""
    return served(photo_of(_linked(token).case, number).image, "image/jpeg")


@behind_a_link
@require_safe
def shared_heatmap(request: HttpRequest, token: str, number: int) -> HttpResponse:
    """The heat map over it."""
    return served(heatmap_of(_linked(token).case, number), "image/png")


@behind_a_link
@require_safe
def shared_report(request: HttpRequest, token: str) -> HttpResponse:
    """One page to keep."""
    return report_file(request, _linked(token).case)


def _as_linked(token: str, photo: Photo) -> dict[str, Any]:
    """A photo at the addresses that the link opens."""
    address = [token, photo.number]
    return {
        "number": photo.number,
        "width": photo.width,
        "height": photo.height,
        "heatmap": bool(photo.heatmap),
        "image_url": reverse("diagnosis:shared_photo", args=address),
        "heatmap_url": reverse("diagnosis:shared_heatmap", args=address),
    }


def _linked(token: str) -> ShareLink:
    link = ShareLink.objects.opened_by(token).first()
    if link is None:
        raise Http404(_("This link does not work any more. Please ask its owner for a new one."))
    link.case = Case.objects.whole().get(pk=link.case_id)
    return link


def _who(request: HttpRequest, case: Case) -> str:
    """The owner's own tick, made through the link, is not a clinic's word."""
    own = own_cases(request).filter(pk=case.pk).exists()
    return Confirmation.By.OWNER if own else Confirmation.By.CLINIC
