"""What a result page costs while the database grows from 1 to 100,000 cases."""

import os
from collections.abc import Iterator

import numpy as np
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from diagnosis.models import Candidate, Case, Diagnosis, Photo
from tests.bench.timing import cpu_seconds, wall

SIZES = (1, 100, 10_000, 100_000)
STRIDE = 1_000_000  # keys of one case and the next; what was sent before has fewer rows in every table
KEYS = {Case: ("id",), Photo: ("id", "case_id"), Diagnosis: ("id", "case_id"), Candidate: ("id", "diagnosis_id")}


def growth(visitor: Client, address: str, pages: int = 40) -> Iterator[dict[str, float]]:
    """For each size: cases, queries, and CPU and wall milliseconds of one result page (medians)."""
    Case.objects.exclude(token=address.rstrip("/").rsplit("/", 1)[1]).delete()
    for size in SIZES:
        _grow_to(size)
        os.sync()  # else the disk writes for seconds what has grown, beside the pages that are timed
        visitor.get(address)
        with CaptureQueriesContext(connection) as queries:
            visitor.get(address)
        asked = len(queries)  # now: the next request clears the log
        before = cpu_seconds()
        walls = [wall(lambda: visitor.get(address)) for _ in range(pages)]
        cpu = (cpu_seconds() - before) / pages * 1000
        figures = {"wall_ms_p50": float(np.median(walls)), "cpu_ms": cpu}
        yield {"cases": size, "queries": asked} | {name: round(v, 1) for name, v in figures.items()}


def _grow_to(size: int) -> None:
    """Copies of the one case with other keys, tokens and owners, made by the database itself."""
    have = Case.objects.count()
    with connection.cursor() as cursor:
        for model, keys in KEYS.items():
            table, names = model._meta.db_table, [str(f.column) for f in model._meta.concrete_fields]
            values = ", ".join(_value(name, keys) for name in names)
            cursor.execute(
                f"WITH RECURSIVE n(i) AS (SELECT %s UNION ALL SELECT i + 1 FROM n WHERE i < %s) "  # noqa: S608
                f"INSERT INTO {table} ({', '.join(names)}) SELECT {values} FROM n, {table} t "
                f"WHERE t.id < {STRIDE} AND n.i < %s",
                [have, size - 1, size],
            )


def _value(name: str, keys: tuple[str, ...]) -> str:
    if name in keys:
        return f"t.{name} + {STRIDE} * n.i"
    if name in ("token", "owner"):
        return "lower(hex(randomblob(16)))"
    return f"t.{name}"
