"""Confirmed cases as a set that training reads: only those whose owners said yes by a tick of its own."""

import csv
import io
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, BinaryIO

from django.utils import timezone
from PIL import Image

from diagnosis import engine
from diagnosis.models import Case, Photo

COLUMNS = (
    "image", "width", "height", "label", "absent", "group", "group_known", "split", "source_split", "origin",
    "modality", "age", "sex", "site",
)  # fmt: skip
_EPOCH = (1980, 1, 1, 0, 0, 0)  # when a photo was taken stays here
_EVERY = 5  # one group of so many is held back for validation


def may_teach() -> list[Case]:
    """The living cases with a named finding and their owner's consent, in an order that tells nothing."""
    cases = Case.objects.living().filter(feedback__may_train=True, confirmation__disease__isnull=False)
    return list(cases.whole().order_by("token"))


def export_training_set(file: BinaryIO) -> int:
    """Write one zip with a table and a shard of pictures for each task; gives the number of pictures."""
    tasks: dict[str, list[Case]] = defaultdict(list)
    for case in may_teach():
        tasks[engine.task_of(case.species.code, case.body_site.code)].append(case)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        return sum(_write_task(archive, task, cases) for task, cases in sorted(tasks.items()))


def _write_task(archive: zipfile.ZipFile, task: str, cases: list[Case]) -> int:
    table, shard, rows = io.StringIO(), io.BytesIO(), list(_rows(task, cases))
    writer = csv.DictWriter(table, COLUMNS, lineterminator="\n")
    writer.writeheader()
    with zipfile.ZipFile(shard, "w", zipfile.ZIP_STORED) as pictures:
        for photo, row in rows:
            pictures.writestr(zipfile.ZipInfo(row["image"], _EPOCH), _as_webp(photo))
            writer.writerow(row)
    archive.writestr(zipfile.ZipInfo(f"{task}.csv", _EPOCH), table.getvalue())
    archive.writestr(zipfile.ZipInfo(f"{task}-0.zip", _EPOCH), shard.getvalue())
    return len(rows)


def _rows(task: str, cases: list[Case]) -> Iterator[tuple[Photo, dict[str, Any]]]:
    """Each photo with its row; a household is one group, known by a number that means nothing elsewhere."""
    numbers: dict[str, int] = {}
    images = 0
    for case in cases:
        group = numbers.setdefault(case.owner, len(numbers))
        for photo in case.photos.all():
            yield (
                photo,
                _facts(case, photo)
                | {
                    "image": f"{task}/{images:05d}.webp",
                    "group": f"g{group:06d}",
                    "split": "val" if group % _EVERY == _EVERY - 1 else "train",
                },
            )
            images += 1


def _facts(case: Case, photo: Photo) -> dict[str, Any]:
    disease = case.confirmation.disease
    assert disease is not None  # may_teach asks for it
    return {
        "width": photo.width,
        "height": photo.height,
        "label": disease.code,
        "absent": "",
        "group_known": 1,
        "source_split": "",
        "origin": f"walness_{case.confirmation.by}",
        "modality": "camera",
        "age": "" if case.age is None else case.age,
        "sex": case.sex,
        "site": case.site,
    }


def _as_webp(photo: Photo) -> bytes:
    memory = io.BytesIO()
    with photo.image.open() as file, Image.open(file) as picture:
        picture.save(memory, "WEBP", quality=92, method=4)
    return memory.getvalue()


def export_name() -> str:
    """The file's name, with the day it was made."""
    return f"walness-confirmed-{timezone.localdate():%Y%m%d}.zip"
