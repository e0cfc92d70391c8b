"""Who asks: a random name in the browser's session stands for a person; an account is possible and never needed."""

import secrets
from datetime import datetime

from django.contrib.auth import logout
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django_htmx.middleware import HtmxDetails

from diagnosis import services
from diagnosis.forms import CaseForm
from diagnosis.models import Case, Patient
from diagnosis.models.case import CaseQuerySet
from diagnosis.models.patient import PatientQuerySet

_KEY = "owner"


class PageRequest(HttpRequest):
    """A request as django-htmx's middleware hands it on: it knows whether a script of ours asks in the background."""

    htmx: HtmxDetails


def owner_of(request: HttpRequest) -> str:
    """The visitor's random name; empty before the first case."""
    return str(request.session.get(_KEY, ""))


def named_owner(request: HttpRequest) -> str:
    """The same, made on the first case; the session then lives as long as the case that it opens."""
    request.session.setdefault(_KEY, _new_name(request))
    request.session.modified = True
    return owner_of(request)


def _new_name(request: HttpRequest) -> str:
    """Unguessable, and the same for two tabs that both send a first photo: they share the form's cookie."""
    shared = request.META.get("CSRF_COOKIE") or secrets.token_urlsafe(24)
    return salted_hmac("diagnosis.visitor", shared, algorithm="sha256").hexdigest()


def account_of(request: HttpRequest) -> int | None:
    """The number of the account that is logged in, if any."""
    return request.user.pk if request.user.is_authenticated else None


def stay(request: HttpRequest, until: datetime) -> None:
    """Let the session live as long as the case that its owner chose to keep."""
    seconds = int((until - timezone.now()).total_seconds())
    if seconds > request.session.get_expiry_age():
        request.session.set_expiry(seconds)


def leave(request: HttpRequest) -> int:
    """Log out; gives how many cases of this browser are in no account: they stay open here."""
    owner = owner_of(request)
    logout(request)
    return remain(request, owner)


def remain(request: HttpRequest, owner: str) -> int:
    """The visitor after a log-out, with this many cases of the browser itself."""
    staying = list(Case.objects.owned_by(owner).values_list("expires_at", flat=True))
    if staying or Patient.objects.of_visitor(owner).exists():
        request.session[_KEY] = owner
        stay(request, max(staying, default=timezone.now()))
    return len(staying)


def own_cases(request: HttpRequest) -> CaseQuerySet:
    """The living cases of this browser and of the account that is logged in."""
    return Case.objects.owned_by(owner_of(request), account_of(request))


def submit(request: HttpRequest, form: CaseForm) -> Case:
    """The visitor's new case, from valid answers; it opens in this browser."""
    newcomer, owner, account = not owner_of(request), named_owner(request), account_of(request)
    case = services.submit_case(owner=owner, newcomer=newcomer, account=account, **form.handed_over())
    request.session[_KEY] = case.owner  # the twin of a first request that was sent twice came with another name
    return case


def own_case(request: HttpRequest, token: str) -> Case:
    """The visitor's case of this token; somebody else's is as absent as none at all."""
    case = own_cases(request).whole().filter(token=token).first()
    if case is None:
        raise Http404(_("There is no such case, or it is not yours, or its time is over."))
    return case


def own_patients(request: HttpRequest) -> PatientQuerySet:
    """The patients of this browser and of the account that is logged in."""
    return Patient.objects.of_visitor(owner_of(request), account_of(request)).select_related("species")


def own_patient(request: HttpRequest, token: str) -> Patient:
    """The visitor's patient of this token; somebody else's is as absent as none at all."""
    return get_object_or_404(own_patients(request), token=token)
