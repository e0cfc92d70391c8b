"""A case begins: the photos are judged, then everything is written at once."""

from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from PIL import Image

from diagnosis import engine
from diagnosis.models import BodySite, Candidate, Case, Diagnosis, Disease, ModelVersion, Photo, Species, Urgency
from diagnosis.once import of_visitor
from diagnosis.services.files import Keeping, Kept
from ml.inference import Finding, ModelCard, beside

Diseases = dict[str, tuple[int, str]]

# From here a disease that cannot wait is said whatever comes first. Of val's corneal ulcers 58 % then say "today", for
# 43 % when only the first answer spoke (60 of them); half of what is said so is one.
CANNOT_WAIT = 0.25
_JUDGEABLE = ("", Diagnosis.Reason.UNCERTAIN)  # of any other photo nothing is drawn or said


def submit_case(
    *,
    owner: str,
    account: int | None = None,
    species: Species,
    body_site: BodySite,
    photo: Sequence[Image.Image],
    age: int | None = None,
    sex: str = "",
    site: str = "",
    consent: bool = False,
    once: str | None = None,
    newcomer: bool = False,
) -> Case:
    """Diagnose the photos and keep the case, all of it or nothing; what was sent twice is the case it was before.

    Raises:
        UnknownTask: no model covers this species and body site.
        CorruptModel: the released model is not what its card says.
    """
    if earlier := _sent_before(once, owner, newcomer=newcomer):
        return earlier
    case = Case(
        owner=owner, account_id=account, species=species, body_site=body_site, age=age, sex=sex, site=site,
        once=of_visitor(once, "" if newcomer else owner), consented_at=timezone.now() if consent else None,
    )  # fmt: skip
    try:
        _judge_and_keep(case, photo)
    except IntegrityError:
        if earlier := _sent_before(once, owner, newcomer=newcomer):
            return earlier  # its twin was a moment faster
        raise
    return case


def _sent_before(once: str | None, owner: str, *, newcomer: bool) -> Case | None:
    """The case of the same form: the visitor's own, or, for somebody without any, the one a twin just made."""
    if not once:
        return None
    cases = Case.objects.all()
    first = cases.filter(once=of_visitor(once, ""), **({} if newcomer else {"owner": owner}))
    return first.first() or cases.filter(once=of_visitor(once, owner)).first()


def _judge_and_keep(case: Case, photos: Sequence[Image.Image]) -> None:
    with Keeping(photos) as kept:
        outlining = beside(partial(engine.outline_of, case.species.code, case.body_site.code, photos[0]))
        finding, card = _judge(case, photos)
        outline = outlining() if finding.reason in _JUDGEABLE else None
        pictures, known = kept.with_maps(finding.heatmaps), _known(case, finding, card)
        # The transaction opens only now: no writer waits while a network thinks or a disk writes.
        with transaction.atomic():
            case.save(force_insert=True)
            _write_photos(case, pictures, finding)
            _write_diagnosis(case, finding, known, outline)
    engine.count(finding)


def _judge(case: Case, photos: Sequence[Image.Image]) -> tuple[Finding, ModelCard]:
    """Ask the newest released model."""
    diagnoser = engine.diagnoser_for(case.species.code, case.body_site.code)
    return diagnoser.diagnose(*photos, age=case.age, sex=case.sex or None, site=case.site or None), diagnoser.card


def _write_photos(case: Case, kept: Sequence[Kept], finding: Finding) -> None:
    Photo.objects.bulk_create(
        Photo(
            case=case, number=number, image=one.image, heatmap=one.heatmap,
            width=one.size[0], height=one.size[1], quality=quality,
        )
        for number, (one, quality) in enumerate(zip(kept, finding.quality, strict=True), start=1)
    )  # fmt: skip


def _known(case: Case, finding: Finding, card: ModelCard) -> tuple[ModelVersion, Diseases]:
    """What the rows of a diagnosis point at: the release, and by its code each disease's key and how soon it is."""
    version, _created = ModelVersion.objects.defer("card").get_or_create(
        task=finding.task, version=finding.version, defaults={"card": partial(asdict, card)}
    )
    rows = Disease.objects.of_pair(case.species, case.body_site).values_list("code", "pk", "urgency")
    return version, {code: (pk, urgency) for code, pk, urgency in rows}


def _write_diagnosis(
    case: Case, finding: Finding, known: tuple[ModelVersion, Diseases], outline: dict[str, Any] | None
) -> None:
    version, diseases = known
    diagnosis = Diagnosis.objects.create(
        case=case, model_version=version, abstained=finding.abstained, reason=finding.reason,
        in_scope=finding.in_scope, milliseconds=finding.ms, prediction_set=list(finding.prediction_set),
        dangerous=finding.dangerous, faithful=finding.faithful, steady=finding.steady, hints=list(finding.hints),
        lookalikes=[list(pair) for pair in finding.lookalikes], outline=outline,
    )  # fmt: skip
    Candidate.objects.bulk_create(
        Candidate(
            diagnosis=diagnosis, disease_id=diseases[candidate.label][0], rank=rank,
            probability=candidate.probability, alert=_must_be_said(finding, rank, diseases[candidate.label][1]),
        )
        for rank, candidate in enumerate(finding.candidates, start=1)
    )  # fmt: skip


def _must_be_said(finding: Finding, rank: int, urgency: str) -> bool:
    """Whether a disease speaks although another may come first: over its operating point, or likely and urgent."""
    candidate = finding.candidates[rank - 1]
    urgent = finding.reason in _JUDGEABLE and urgency == Urgency.TODAY and candidate.probability >= CANNOT_WAIT
    return urgent or candidate.label in finding.alerts
