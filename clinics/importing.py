"""Turns a row of the public clinic register into a clinic, or says what is wrong with it."""

import re
from datetime import datetime
from typing import Any

from clinics import hours
from clinics.models import Clinic, Kind
from clinics.phones import tidy_phone

PROVIDER = "localdata"
KINDS = {"vet": Kind.VET, "hospital": Kind.CLINIC, "clinic": Kind.CLINIC}
OTHER_NEEDS = ("요양병원", "한방병원", "치과병원")  # nursing, traditional medicine, teeth
_SHUT = re.compile("폐업|휴업|말소|취소|정지|중지")
_AROUND_THE_CLOCK = re.compile(r"24\s*(시|hour|h\b)", re.IGNORECASE)
_LIST = re.compile(r"\s*,\s*")
COLUMNS = {"id", "kind", "name", "address_road", "address_jibun", "phone", "lat", "lng"}  # a row needs them all
UPDATED = [
    "name", "kind", "address", "phone", "lat", "lng", "departments", "ophthalmology", "dermatology", "hours",
    "hours_from_name", "closed", "fetched_at",
]  # fmt: skip
LATITUDES, LONGITUDES = (33.0, 39.0), (124.0, 132.0)  # from Marado to the border, from Baengnyeongdo to Dokdo


class BadRow(Exception):
    """A row that makes no clinic; its sentence is for the person who runs the import."""


def clinic_from(row: dict[str, str], *, fetched_at: datetime) -> Clinic:
    """Build a clinic that is not saved yet.

    Raises:
        BadRow: no id or name, an unknown kind, or no place in Korea that can be trusted.
    """
    number, name = row["id"].strip(), row["name"].strip()
    address = (row["address_road"] or row["address_jibun"]).strip()
    if not number or not name:
        raise BadRow("no id or no name")
    if row["kind"] not in KINDS:
        raise BadRow(f"unknown kind {row['kind']!r}")
    if row.get("coord_check") == "mismatch":
        raise BadRow("its coordinates lie in another municipality than its address")
    kind = KINDS[row["kind"]]
    return Clinic(
        provider=PROVIDER,
        external_id=number,
        name=name,
        kind=kind,
        address=address,
        phone=tidy_phone(row["phone"], address=address),
        lat=_degrees(row["lat"], LATITUDES, "latitude"),
        lng=_degrees(row["lng"], LONGITUDES, "longitude"),
        closed=bool(_SHUT.search(row.get("status") or "")),
        fetched_at=fetched_at,
        **_departments(name, row, kind),
        **_hours(name),
    )


def _degrees(text: str, korea: tuple[float, float], what: str) -> float:
    try:
        value = float(text)
    except ValueError as error:
        raise BadRow(f"no {what}") from error
    if not korea[0] <= value <= korea[1]:
        raise BadRow(f"{what} {text} is not in Korea")
    return value


def _departments(name: str, row: dict[str, str], kind: Kind) -> dict[str, Any]:
    """Exact words only, and none of a house for other needs: a suspicious mole belongs in no nursing hospital."""
    words = row.get("departments") or ""
    claims = not (row.get("hospital_type") or "").startswith(OTHER_NEEDS)
    listed = set(_LIST.split(words))
    eyes = "안과" in listed or "안과" in name
    skin = "피부과" in listed or "피부과" in name or (kind == Kind.VET and "피부" in name)
    return {"departments": words, "ophthalmology": claims and eyes, "dermatology": claims and skin}


def _hours(name: str) -> dict[str, Any]:
    """The register holds no hours; "24시" in a name is the clinic's own claim and is shown as one."""
    claims = bool(_AROUND_THE_CLOCK.search(name))
    return {"hours": hours.always() if claims else None, "hours_from_name": claims}
