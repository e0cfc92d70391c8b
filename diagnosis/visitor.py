"""Who asks: a random name in the browser's session stands for a person without an account."""

import secrets

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from diagnosis.models import Case

_KEY = "owner"


def owner_of(request: HttpRequest) -> str:
    """The visitor's random name; empty before the first case."""
    return str(request.session.get(_KEY, ""))


def named_owner(request: HttpRequest) -> str:
    """The same, made on the first case; the session then lives as long as the case that it opens."""
    request.session.setdefault(_KEY, secrets.token_urlsafe(24))
    request.session.modified = True
    return owner_of(request)


def own_case(request: HttpRequest, token: str) -> Case:
    """The visitor's case of this token; somebody else's is as absent as none at all."""
    case = Case.objects.owned_by(owner_of(request)).whole().filter(token=token).first()
    if case is None:
        raise Http404(_("There is no such case, or it is not yours, or its time is over."))
    return case
