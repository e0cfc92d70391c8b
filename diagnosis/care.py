"""What an owner can do with a case: keep it, say whom it is about, be reminded, take it along, delete it."""

import logging
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from diagnosis import report, services, sponsors
from diagnosis.care_forms import REMIND_DAYS, ConfirmForm, KeepForm, MoreFeedbackForm, ShareForm, TimelineForm
from diagnosis.gate import later
from diagnosis.household import alerts_for, told_once
from diagnosis.models import KEEP_DAYS, Case
from diagnosis.visitor import own_case, own_patients, stay

logger = logging.getLogger(__name__)


def care_context(request: HttpRequest, case: Case, urgency: str) -> dict[str, Any]:
    """What the result page offers beside the answer."""
    patients = [patient for patient in own_patients(request) if patient.species_id == case.species_id]
    return {
        "keep_choices": [
            (days, case.kept_until(days)) for days in KEEP_DAYS if case.kept_until(days) > case.expires_at
        ],
        "patients": patients,
        "remind_days": REMIND_DAYS,
        "share_link": getattr(case, "share_link", None),
        "share_form": ShareForm(),
        "household": told_once(alerts_for(case)),
        "sponsor": sponsors.slot_for(case, urgency),
        **opinion_context(case),
    }


def opinion_context(case: Case) -> dict[str, Any]:
    """What has been said about the answer so far, and what may still be said."""
    feedback = getattr(case, "feedback", None)
    confirmation = getattr(case, "confirmation", None)
    found = {"found": confirmation.disease.code if confirmation.disease else "other"} if confirmation else {}
    more = {"comment": feedback.comment, "may_train": feedback.may_train} if feedback else {}
    return {
        "case": case,
        "feedback": feedback,
        "confirmation": confirmation,
        # Not required here: the choice lies folded away, and a browser refuses such a form without a word.
        "confirm_form": ConfirmForm(case=case, initial=found, use_required_attribute=False) if feedback else None,
        "more_form": MoreFeedbackForm(initial=more) if feedback else None,
    }


@require_POST
def case_keep(request: HttpRequest, token: str) -> HttpResponse:
    """Keep it longer than a day, because the owner asks for it."""
    case, form = own_case(request, token), KeepForm(request.POST)
    if form.is_valid():
        stay(request, services.keep_longer(case, days=form.cleaned_data["days"]).expires_at)
        messages.success(request, _("This case is kept until the day you chose. You can delete it at any time."))
    return redirect(case)


@require_POST
def case_patient(request: HttpRequest, token: str) -> HttpResponse:
    """Put a case on the timeline of one of the visitor's patients, or take it off."""
    case = own_case(request, token)
    form = TimelineForm(request.POST, patients=own_patients(request), case=case)
    if not form.is_valid():
        raise Http404(_("There is no such patient, or it is not yours."))
    services.put_on_timeline(case, form.cleaned_data["patient"])
    return redirect(case.patient or case)


@never_cache
@require_safe
def case_reminder(request: HttpRequest, token: str) -> HttpResponse:
    """A calendar entry that says when to look again, and nothing about what was found."""
    own_case(request, token)
    days = request.GET.get("days", "")
    if days not in map(str, REMIND_DAYS):
        raise Http404(_("A reminder can be set for 1, 3, 7 or 14 days."))
    from diagnosis.reminder import calendar  # here: icalendar takes 25 MB that only a reminder needs

    home = request.build_absolute_uri("/")
    return _file(calendar(days=int(days), url=home), "text/calendar; charset=utf-8", "walness.ics")


@never_cache
@require_safe
def case_report(request: HttpRequest, token: str) -> HttpResponse:
    """One page for the clinic."""
    return report_file(request, own_case(request, token))


def report_file(request: HttpRequest, case: Case) -> HttpResponse:
    """The report, to be saved or printed."""
    try:
        return _file(report.as_pdf(case), "application/pdf", "walness.pdf")
    except report.QueueFull:
        return later(request, _("Several pages for clinics are being made right now. Please try again in a moment."))
    except report.NoPrinter:
        logger.exception("Reports need Debian's libpango.")
        return later(request, _("We cannot make the page right now. Please print the answer from your browser."))


def _file(content: bytes, content_type: str, name: str) -> HttpResponse:
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "private, no-store",
        "X-Robots-Tag": "noindex",
    }
    return HttpResponse(content, content_type=content_type, headers=headers)
