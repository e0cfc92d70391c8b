"""Where a sponsor may stand: beside an answer that can wait, about a pet, and labelled."""

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from diagnosis.models import Case, Sponsor, Urgency


def slot_for(case: Case, urgency: str) -> Sponsor | None:
    """The running sponsor, if this answer may have one: nothing urgent, nothing unclear, nothing on a person's skin."""
    human_skin = case.species.code == "human" and case.body_site.code == "skin"
    diagnosis = case.diagnosis
    judged = diagnosis is not None and not diagnosis.abstained
    alarming = judged and any(candidate.alert for candidate in diagnosis.candidates.all())  # type: ignore[union-attr]
    if human_skin or not judged or alarming or urgency == Urgency.TODAY:
        return None
    return Sponsor.objects.running().filter(Q(species=case.species) | Q(species=None)).first()


@require_safe
def picture(request: HttpRequest, pk: int) -> HttpResponse:
    """A running sponsor's picture, from here and nowhere else."""
    sponsor = get_object_or_404(Sponsor.objects.running(), pk=pk)
    if not sponsor.picture:
        raise Http404(_("This sponsor has no picture."))
    headers = {"Content-Security-Policy": "default-src 'none'; sandbox", "Cache-Control": "public, max-age=3600"}
    return HttpResponse(bytes(sponsor.picture), content_type="image/jpeg", headers=headers)
