"""What a result says, in the order people need it: how soon, what it may be, what to know."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from diagnosis.meaning import meaning_of
from diagnosis.models import Candidate, Case, ConditionNote, Department, Diagnosis, Disease, Guide, Urgency
from diagnosis.models.catalogue import BodySite, Species, reading_language
from diagnosis.outline import outline_of

_SOONEST = [Urgency.WATCH, Urgency.DAYS, Urgency.TODAY]

_POOR = {"dark", "glare", "blurred"}  # hints of a photo that may hide what matters
EVEN = 0.5

Notes = list[dict[str, Any]]


def case_context(case: Case) -> dict[str, Any]:
    """Everything the result page shows."""
    diagnosis = case.diagnosis
    top = diagnosis.top if diagnosis else None
    urgency, urgency_reason = urgency_of(diagnosis)
    notes = notes_of(top.disease) if top else []
    flags = _red_flags(notes)
    guide = {} if flags else guide_of(case.species, case.body_site)  # shown in the place of notes only
    return {
        "case": case,
        "photos": list(case.photos.all()),
        "diagnosis": diagnosis,
        **meaning_of(diagnosis),
        "outline": outline_of(diagnosis),
        "top": top,
        "urgency": urgency,
        "how_soon": how_soon(urgency, case.species, case.body_site),
        "urgency_reason": urgency_reason,
        "notes": notes,
        "red_flags": flags or guide.get("red_flags", []),
        "guide": guide,
        "model_version": diagnosis.model_version if diagnosis else None,
        "clinics_url": clinics_url(case.species, case.body_site, urgency),
        "clinics_query": clinics_query(case.species, case.body_site, urgency),
    }


def urgency_of(diagnosis: Diagnosis | None) -> tuple[str, str]:
    """How soon, and why: the soonest of the most probable disease and of every alert."""
    speaking = _speaking(diagnosis)
    if diagnosis is None or not speaking:
        return Urgency.DAYS.value, _(
            "We could not judge this photo. If it is still there in a day or two, let a clinic see it; "
            "if it hurts or gets worse, do not wait."
        )
    soonest = max(speaking, key=lambda candidate: _SOONEST.index(Urgency(candidate.disease.urgency)))
    if soonest.disease.urgency == Urgency.WATCH and (doubt := _against_waiting(diagnosis)):
        return Urgency.DAYS.value, doubt
    return soonest.disease.urgency, soonest.disease.urgency_reason


def how_soon(urgency: str, species: Species, body_site: BodySite) -> str:
    """The heading over the reason; what cannot wait on a person's skin asks for an appointment, not for today's end."""
    if urgency == Urgency.TODAY and (species.code, body_site.code) == ("human", "skin"):
        return _("Please book the soonest appointment")
    return {
        Urgency.TODAY.value: _("Please be seen today"),
        Urgency.DAYS.value: _("Please see a clinic within days"),
    }.get(urgency, _("Keep watching for now"))


def notes_of(disease: Disease) -> Notes:
    """The disease's notes in the reader's language, in reading order; each topic at most once."""
    kept = disease.notes.for_reader().order_by()  # the topics have an order of their own; the tables' one costs 1 ms
    found = {note.topic: note for note in kept}
    about = {"sources": disease.links, "review": _review(list(found.values()))}
    return [
        {"topic": topic, "title": title, "lines": found[topic].lines, "note": found[topic], **about}
        for topic, title in ConditionNote.Topic.choices
        if topic in found
    ]


def _review(notes: list[ConditionNote]) -> dict[str, Any]:
    """Who has read the whole page, and since when; empty as long as one topic of it is a draft."""
    days = [note.reviewed_on for note in notes if note.state == ConditionNote.State.REVIEWED and note.reviewed_on]
    if not notes or len(days) < len(notes):
        return {}
    return {"names": ", ".join(sorted({note.reviewed_by for note in notes})), "day": min(days)}


def guide_of(species: Species, body_site: BodySite) -> dict[str, list[str]]:
    """Signs, red flags and photo tips of a pair: topic to sentences."""
    guides = Guide.objects.filter(species=species, body_site=body_site, language=reading_language())
    return {guide.topic: guide.lines for guide in guides}


def clinics_url(species: Species, body_site: BodySite, urgency: str) -> str:
    """Who to see: the list of clinics, without a word about the case."""
    return f"{reverse('clinics:clinic_list')}?{urlencode(clinics_query(species, body_site, urgency))}"


def clinics_query(species: Species, body_site: BodySite, urgency: str) -> dict[str, str]:
    """What the list of clinics is asked for."""
    eye = body_site.code == "eye"
    return {
        "kind": "clinic" if species.code == "human" else "vet",
        "department": Department.OPHTHALMOLOGY.value if eye else Department.DERMATOLOGY.value,
        "urgency": urgency,
    }


def _against_waiting(diagnosis: Diagnosis) -> str:
    """Why nobody should be calm about a harmless first answer; empty when nothing speaks against it."""
    if diagnosis.pointed_out:
        return _("It could still be a growth that should not wait. Please let a skin doctor see it within days.")
    seen = sum(one.probability for one in diagnosis.candidates.all() if one.disease.urgency != Urgency.WATCH)
    if seen > EVEN:
        return _("Taken together, it is more likely something that should be seen. Please let a clinic look at it.")
    if not diagnosis.steady or _POOR & set(diagnosis.hints):
        return _("This photo is not clear enough to wait on. Take a better one, or let a clinic see it.")
    return ""


def _speaking(diagnosis: Diagnosis | None) -> list[Candidate]:
    """The candidates that may decide how soon: the first, and every alert."""
    if diagnosis is None:
        return []
    alerts = [candidate for candidate in diagnosis.candidates.all() if candidate.alert]
    return ([diagnosis.top] if diagnosis.top else []) + alerts


def _red_flags(notes: Notes) -> list[str]:
    return next((note["lines"] for note in notes if note["topic"] == "red_flags"), [])
