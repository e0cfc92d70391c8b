"""The verbs that cross tables and files: nothing else writes or removes a case."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from functools import partial
from io import BytesIO
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils import timezone
from PIL import Image

from diagnosis import engine
from diagnosis.models import BodySite, Candidate, Case, Diagnosis, Disease, ModelVersion, Photo, Species
from diagnosis.models.case import CaseQuerySet
from diagnosis.storage import random_name
from ml.inference import Finding, ModelCard

LONG_SIDE = 1600  # pixels of a kept photo
JPEG_QUALITY = 88


@dataclass(frozen=True)
class Kept:
    """One picture's files and figures, before they have a row."""

    image: str
    heatmap: str
    size: tuple[int, int]  # width and height in pixels


def submit_case(
    *,
    owner: str,
    species: Species,
    body_site: BodySite,
    photo: Sequence[Image.Image],
    age: int | None = None,
    sex: str = "",
    site: str = "",
) -> Case:
    """Diagnose the photos and keep the case, all of it or nothing.

    Raises:
        UnknownTask: no model covers this species and body site.
        CorruptModel: the released model is not what its card says.
    """
    finding, card = diagnose_photos(species=species, body_site=body_site, photo=photo)
    kept: list[Kept] = []
    try:
        for picture, heatmap in zip(photo, finding.heatmaps, strict=True):
            kept.append(_keep(picture, heatmap))
        # The transaction opens only now: no writer waits while a network thinks.
        with transaction.atomic():
            case = Case.objects.create(owner=owner, species=species, body_site=body_site, age=age, sex=sex, site=site)
            _write_photos(case, kept, finding)
            _write_diagnosis(case, finding, card)
    except BaseException:
        _unlink([name for one in kept for name in (one.image, one.heatmap)])
        raise
    engine.count(finding)
    return case


def diagnose_photos(
    *, species: Species, body_site: BodySite, photo: Sequence[Image.Image]
) -> tuple[Finding, ModelCard]:
    """Ask the newest released model; nothing is written."""
    diagnoser = engine.diagnoser_for(species.code, body_site.code)
    return diagnoser.diagnose(*photo), diagnoser.card


def forget(cases: CaseQuerySet) -> int:
    """Remove cases with their photos, and their bytes from the database's journal."""
    with transaction.atomic():
        photos = Photo.objects.filter(case__in=cases)
        names = [name for pair in photos.values_list("image", "heatmap") for name in pair]
        count = cases.count()
        cases.delete()
        transaction.on_commit(partial(_unlink, names))
    _truncate_journal()
    return count


def sweep(*, older_than: timedelta = timedelta(minutes=1)) -> int:
    """Remove files that no photo owns; young ones may belong to a case that is being written."""
    before = (timezone.now() - older_than).timestamp()
    root = Path(default_storage.path(""))
    owned = {name for pair in Photo.objects.values_list("image", "heatmap") for name in pair}
    orphans = [
        file
        for file in root.rglob("*")
        if file.is_file() and str(file.relative_to(root)) not in owned and file.stat().st_mtime < before
    ]
    for file in orphans:
        file.unlink(missing_ok=True)
    return len(orphans)


def _keep(picture: Image.Image, heatmap: Image.Image | None) -> Kept:
    small = Image.frombytes("RGB", picture.size, picture.tobytes())  # pixels only: no metadata comes along
    small.thumbnail((LONG_SIDE, LONG_SIDE), Image.Resampling.LANCZOS)
    image = _save(small, "JPEG", "jpg")
    try:
        return Kept(image, _save(heatmap, "PNG", "png") if heatmap else "", small.size)
    except BaseException:
        _unlink([image])
        raise


def _save(picture: Image.Image, kind: str, suffix: str) -> str:
    memory = BytesIO()
    picture.save(memory, kind, quality=JPEG_QUALITY)
    return default_storage.save(random_name(suffix), ContentFile(memory.getvalue()))


def _write_photos(case: Case, kept: Sequence[Kept], finding: Finding) -> None:
    Photo.objects.bulk_create(
        Photo(
            case=case, number=number, image=one.image, heatmap=one.heatmap,
            width=one.size[0], height=one.size[1], quality=quality,
        )
        for number, (one, quality) in enumerate(zip(kept, finding.quality, strict=True), start=1)
    )  # fmt: skip


def _write_diagnosis(case: Case, finding: Finding, card: ModelCard) -> None:
    version, _created = ModelVersion.objects.get_or_create(
        task=finding.task, version=finding.version, defaults={"card": asdict(card)}
    )
    diagnosis = Diagnosis.objects.create(
        case=case, model_version=version, abstained=finding.abstained, reason=finding.reason,
        in_scope=finding.in_scope, milliseconds=finding.ms,
    )  # fmt: skip
    diseases = {disease.code: disease for disease in Disease.objects.of_pair(case.species, case.body_site)}
    Candidate.objects.bulk_create(
        Candidate(
            diagnosis=diagnosis, disease=diseases[candidate.label], rank=rank,
            probability=candidate.probability, alert=candidate.label in finding.alerts,
        )
        for rank, candidate in enumerate(finding.candidates, start=1)
    )  # fmt: skip


def _unlink(names: Sequence[str]) -> None:
    for name in filter(None, names):
        default_storage.delete(name)


def _truncate_journal() -> None:
    """Rows live on in SQLite's write-ahead log until it is truncated."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
