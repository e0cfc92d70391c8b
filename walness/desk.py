"""The admin's door: a second factor for whoever has set one up, and sessions that end by themselves."""

import time
from collections.abc import Callable
from typing import Any

from django.contrib.admin.sites import AdminSite
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from django_otp import devices_for_user, user_has_device
from django_otp.admin import OTPAdminAuthenticationForm

from diagnosis.visitor import leave, owner_of, remain

IDLE, WHOLE = 30 * 60, 8 * 3600  # seconds a member of staff stays logged in without a request, and at all
_SINCE, _LAST = "staff_since", "staff_last"

Handler = Callable[[HttpRequest], HttpResponse]


class DeskLoginForm(OTPAdminAuthenticationForm):
    """Asks for the second factor only where there is one."""

    otp_error_messages = OTPAdminAuthenticationForm.otp_error_messages | {
        "token_required": _("Please enter the password again and add the six digits that your app shows now."),
        "invalid_token": _("These digits are not the ones of this moment. Please wait for new ones and try again."),
    }

    def clean_otp(self, user: Any) -> None:
        if user is not None and user_has_device(user):
            super().clean_otp(user)

    def _chosen_device(self, user: Any) -> Any:
        """Most people have one: nobody is asked to choose it."""
        return super()._chosen_device(user) or next(devices_for_user(user), None)

    def _update_form(self, user: Any) -> None:
        """The page that asks for the digits carries no password: it could be read from there."""
        super()._update_form(user)
        self.fields["password"].widget.render_value = False


class Desk(AdminSite):
    """The admin; a password alone opens it only to those without a second factor."""

    site_header = site_title = "Walness"
    login_form = DeskLoginForm
    login_template = "admin/log_in.html"

    def has_permission(self, request: HttpRequest) -> bool:
        user = request.user
        return super().has_permission(request) and (user.is_verified() or not user_has_device(user))  # type: ignore[union-attr]

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """Close the desk; the photos that its person looked at as a visitor stay open."""
        owner = owner_of(request)
        response = super().logout(request, extra_context)
        remain(request, owner)
        return response


class StaffSessionMiddleware:
    """Logs staff out after half an hour without a request, and after a working day in any case."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        owner = owner_of(request)
        if request.user.is_staff:
            _watch(request)
        elif owner != owner_of(request):  # the password was changed elsewhere, so Django has ended the session
            remain(request, owner)
        return self.get_response(request)


def _watch(request: HttpRequest) -> None:
    now = int(time.time())
    since, last = request.session.setdefault(_SINCE, now), request.session.get(_LAST, now)
    if now - since > WHOLE or now - last > IDLE:
        leave(request)
    elif now - last > 60 or _LAST not in request.session:
        request.session[_LAST] = now
