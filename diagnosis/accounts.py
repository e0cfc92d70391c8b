"""An account for those who want their cases on more than one device; nobody needs one."""

from django.contrib import messages
from django.contrib.auth import get_user_model, login, update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from diagnosis import services
from diagnosis.care_forms import CloseAccountForm, NewPasswordForm, SignUpForm
from diagnosis.models import Case, Patient
from diagnosis.visitor import account_of, leave, own_cases, owner_of

BACKEND = "django.contrib.auth.backends.ModelBackend"
LOG_IN = reverse_lazy("diagnosis:log_in")

log_in = LoginView.as_view(
    template_name="diagnosis/account_log_in.html", next_page=reverse_lazy("diagnosis:account"),
    redirect_authenticated_user=True,
)  # fmt: skip


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_up(request: HttpRequest) -> HttpResponse:
    """A name, a password, and in."""
    form = SignUpForm(request.POST or None)
    if form.is_valid():
        login(request, form.save(), backend=BACKEND)
        return redirect("diagnosis:account")
    return render(request, "diagnosis/account_sign_up.html", {"form": form}, status=422 if form.is_bound else 200)


@never_cache
@require_safe
@login_required(login_url=LOG_IN)
def account(request: HttpRequest) -> HttpResponse:
    """What the account holds, and what this browser could put into it."""
    return render(request, "diagnosis/account.html", {"unclaimed": _unclaimed(request), "cases": own_cases(request)})


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required(login_url=LOG_IN)
def change_password(request: HttpRequest) -> HttpResponse:
    """A new password for the old one; it ends the account's other sessions."""
    form = NewPasswordForm(request, request.POST or None)
    if form.is_valid():
        update_session_auth_hash(request, form.save())
        messages.success(request, _("Your password is changed. Other browsers have to log in again."))
        return redirect("diagnosis:account")
    return render(request, "diagnosis/account_password.html", {"form": form}, status=422 if form.is_bound else 200)


@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    """Close the account's door; what this browser has besides stays open."""
    leave(request)
    return redirect("diagnosis:home")


@require_POST
def claim(request: HttpRequest) -> HttpResponse:
    """Put this browser's cases and patients into the account."""
    owner, number = owner_of(request), account_of(request)
    if number is None:  # logged out in another tab; to log in leads to the account's page, where the button is
        return redirect(LOG_IN)
    services.claim(Case.objects.owned_by(owner), Patient.objects.of_visitor(owner), account=number)
    messages.success(request, _("They are in your account now."))
    return redirect("diagnosis:account")


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest) -> HttpResponse:
    """Ask once, then delete the account with everything in it; staff accounts are the desk's business."""
    number = account_of(request)
    if number is None:
        return redirect(LOG_IN)
    person = get_user_model().objects.get(pk=number)
    if person.is_staff:
        messages.error(request, _("A staff account is closed in the admin."))
        return redirect("diagnosis:account")
    form = CloseAccountForm(request, request.POST or None)
    if not form.is_valid():
        context = {"form": form, "unclaimed": _unclaimed(request)}
        return render(request, "diagnosis/account_close.html", context, status=422 if form.is_bound else 200)
    context = {"staying": leave(request), "back": reverse("diagnosis:home")}
    services.close_account(person)
    return render(request, "diagnosis/account_closed.html", context)


def _unclaimed(request: HttpRequest) -> int:
    return Case.objects.owned_by(owner_of(request)).count()
