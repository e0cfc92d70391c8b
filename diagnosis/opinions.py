"""Two taps after the answer: whether it helped, and what it turned out to be."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from diagnosis import services
from diagnosis.care import opinion_context
from diagnosis.care_forms import ConfirmForm, MoreFeedbackForm
from diagnosis.models import Case, Confirmation
from diagnosis.visitor import own_case


@require_POST
def case_feedback(request: HttpRequest, token: str) -> HttpResponse:
    """The first tap: whether the answer helped."""
    case, helpful = own_case(request, token), request.POST.get("helpful")
    if helpful not in ("yes", "no"):
        raise Http404(_("Please say whether it helped: yes or no."))
    services.say_helpful(case, helpful=helpful == "yes")
    return _thanks(request, token)


@require_POST
def case_feedback_more(request: HttpRequest, token: str) -> HttpResponse:
    """The second: what was found, a sentence, and consent or none."""
    case = own_case(request, token)
    more, found = MoreFeedbackForm(request.POST), ConfirmForm(request.POST, case=case)
    feedback = getattr(case, "feedback", None)
    if feedback is None or not more.is_valid():
        raise Http404(_("Please say first whether it helped."))
    services.say_more(feedback, **more.cleaned_data)
    if found.is_valid():
        services.confirm(case, found.disease, by=Confirmation.By.OWNER)
    return _thanks(request, token)


def _thanks(request: HttpRequest, token: str) -> HttpResponse:
    """The part of the page that changed, or for a browser without scripts the page at that part."""
    case: Case = own_case(request, token)
    if getattr(request, "htmx", False):
        return render(request, "diagnosis/_feedback.html", opinion_context(case))
    messages.success(request, _("Thank you. We have noted it."))
    return redirect(f"{case.get_absolute_url()}#feedback")
