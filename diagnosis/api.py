"""The same verbs for programs: photos in, JSON out."""

from typing import Any

from django.http import HttpRequest
from ninja import Router

from diagnosis.coverage import coverage

router = Router()


@router.get("/catalogue/", summary="What can be looked at, and what it can turn out to be")
def catalogue(request: HttpRequest) -> list[dict[str, Any]]:
    """Every pair of species and body site with its diseases."""
    return [
        {
            "task": row["task"],
            "species": row["species"].code,
            "body_site": row["body_site"].code,
            "released": row["released"],
        }
        for row in coverage()
    ]
