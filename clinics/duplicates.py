"""Joins rows that mean one clinic, keeping what each of them knows and what visitors said."""

from collections.abc import Sequence

from django.db import transaction

from clinics.geo import distance_km
from clinics.models import Alias, Clinic, Visit

FURTHEST_KM = 1.0  # rows further apart are two clinics, whatever their names say
FILLED = ("address", "phone", "departments", "ophthalmology", "dermatology")


class NotOneClinic(Exception):
    """The chosen rows cannot be one clinic; read by the admin's action."""


@transaction.atomic
def merge_clinics(clinics: Sequence[Clinic]) -> Clinic:
    """Keep the fullest row, fill its gaps from the others, move their visits to it, and remember their ids.

    Raises:
        NotOneClinic: fewer than two rows, different kinds, or too far apart.
    """
    keep, *others = sorted(clinics, key=_fullness, reverse=True)
    if not others or any(not _may_be_one(keep, other) for other in others):
        raise NotOneClinic
    for other in others:
        _take_over(keep, other)
    keep.edited = True
    keep.save()
    keep.refresh_rating()
    return keep


def _fullness(clinic: Clinic) -> tuple[int, int]:
    known = [clinic.phone, clinic.address, clinic.departments, clinic.hours, clinic.source_rating]
    return sum(1 for value in known if value), -clinic.pk


def _may_be_one(one: Clinic, other: Clinic) -> bool:
    return one.kind == other.kind and distance_km(one.lat, one.lng, other.lat, other.lng) <= FURTHEST_KM


def _take_over(keep: Clinic, other: Clinic) -> None:
    for field in FILLED:
        setattr(keep, field, getattr(keep, field) or getattr(other, field))
    if keep.hours is None:
        keep.hours, keep.hours_from_name = other.hours, other.hours_from_name
    if keep.source_rating is None:
        keep.source_rating, keep.source_ratings = other.source_rating, other.source_ratings
    Visit.objects.filter(clinic=other).update(clinic=keep)
    Alias.objects.filter(clinic=other).update(clinic=keep)
    Alias.objects.create(clinic=keep, provider=other.provider, external_id=other.external_id)
    other.delete()
