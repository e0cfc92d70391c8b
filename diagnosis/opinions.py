"""Two taps after the answer: whether it helped, and what it turned out to be."""

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from diagnosis import services
from diagnosis.answer import case_context
from diagnosis.care import care_context, opinion_context
from diagnosis.care_forms import ConfirmForm, MoreFeedbackForm
from diagnosis.models import Case, Confirmation
from diagnosis.visitor import PageRequest, own_case


@require_POST
def case_feedback(request: PageRequest, token: str) -> HttpResponse:
    """The first tap: whether the answer helped."""
    case, helpful = own_case(request, token), request.POST.get("helpful")
    if helpful not in ("yes", "no"):
        raise Http404(_("Please say whether it helped: yes or no."))
    services.say_helpful(case, helpful=helpful == "yes")
    return _thanks(request, token)


@require_POST
def case_feedback_more(request: PageRequest, token: str) -> HttpResponse:
    """The second: what was found, a sentence, and consent or none."""
    case = own_case(request, token)
    more, found = MoreFeedbackForm(request.POST), ConfirmForm(request.POST, case=case, use_required_attribute=False)
    feedback = getattr(case, "feedback", None)
    if feedback is None:
        raise Http404(_("Please say first whether it helped."))
    if not more.is_valid():
        return _again(request, case, more_form=more, confirm_form=found)
    services.say_more(feedback, **more.cleaned_data)
    if found.is_valid():
        services.confirm(case, found.disease, by=Confirmation.By.OWNER)
    return _thanks(request, token)


def _again(request: PageRequest, case: Case, **forms: Form) -> HttpResponse:
    """What was typed and why it could not be taken, where it was typed."""
    if request.htmx:
        return render(request, "diagnosis/_feedback.html", opinion_context(case) | forms, status=422)
    answer = case_context(case)
    context = answer | care_context(request, case, answer["urgency"]) | forms | {"back": case.get_absolute_url()}
    return render(request, "diagnosis/case_detail.html", context, status=422)


def _thanks(request: PageRequest, token: str) -> HttpResponse:
    """The part of the page that changed, or for a browser without scripts the page at that part."""
    case: Case = own_case(request, token)
    if request.htmx:
        return render(request, "diagnosis/_feedback.html", opinion_context(case))
    messages.success(request, _("Thank you. We have noted it."))
    return redirect(f"{case.get_absolute_url()}#feedback")
