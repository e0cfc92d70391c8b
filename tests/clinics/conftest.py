"""What the tests of the clinics share: a clinic drawn by hand, and a fixed time."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.utils import translation

from clinics.models import Clinic

MONDAY_NOON = datetime(2026, 11, 23, 12, 0, tzinfo=ZoneInfo("Asia/Seoul"))


@pytest.fixture(autouse=True)
def _korean() -> Iterator[None]:
    """A page in English leaves its language behind."""
    with translation.override("ko"):
        yield


@pytest.fixture
def now() -> datetime:
    return MONDAY_NOON


@pytest.fixture
def registers(db: None) -> None:
    """The bundled clinics."""
    call_command("import_clinics", verbosity=0)


@pytest.fixture
def new_clinic(db: None) -> Callable[..., Clinic]:
    """Save a clinic; whatever is not said is plain."""

    def create(name: str = "봄동물병원", **fields: Any) -> Clinic:
        number = Clinic.objects.count() + 1
        plain: dict[str, Any] = {
            "provider": "test",
            "external_id": str(number),
            "kind": "vet",
            "lat": 36.8,
            "lng": 127.1,
        }
        return Clinic.objects.create(name=name, **plain | fields)

    return create
