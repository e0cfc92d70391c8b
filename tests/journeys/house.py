"""Every page there is, with something on it: a judged case, a silent one, a timeline, a link, some clinics."""

from dataclasses import dataclass

from clinics.models import Clinic
from diagnosis import services
from diagnosis.models import Case, Patient
from tests.factories import new_case

OWNER = "a visitor"
ALWAYS = (
    "/", "/my-cases/", "/diseases/", "/diseases/dog/eye/cataract/", "/guide/cat/eye/", "/clinics/",
    "/clinics/?kind=vet&q=마포구&urgency=today", "/clinics/visit/?name=동물", "/about/", "/models/", "/privacy/",
    "/sources/", "/offline/", "/nothing/", "/scorecard/", "/account/log-in/", "/account/sign-up/", "/patients/",
)  # fmt: skip


@dataclass(frozen=True)
class House:
    """The addresses without their language."""

    first: Case  # an earlier one of the same patient
    case: Case
    patient: Patient
    shared: str  # the token of the link

    def addresses(self) -> list[str]:
        """Every page that a visitor can come to by a link."""
        case, patient = f"/cases/{self.case.token}", f"/patients/{self.patient.token}"
        return [*ALWAYS, f"{case}/", f"{case}/share/", f"/shared/{self.shared}/", f"{patient}/", f"{patient}/change/",
                f"{patient}/compare/?earlier={self.first.pk}&later={self.case.pk}"]  # fmt: skip


def furnished() -> House:
    """Fill an empty database."""
    first, case = new_case(OWNER), new_case(OWNER, photos=2)
    patient = Patient.objects.create(owner=OWNER, name="콩이", species=case.species, birth_year=2019)
    for one in (first, case):
        services.put_on_timeline(one, patient)
    services.say_helpful(case, helpful=True)
    _link, token = services.share(case, days=1)
    for number, name in enumerate(("마포동물병원", "합정 24시 동물의료센터")):
        Clinic.objects.create(
            provider="saved", external_id=str(number), name=name, kind="vet", address="서울특별시 마포구 양화로 1",
            phone="02-000-0000", lat=37.5635 + number / 1000, lng=126.9085, rating=4.5, ratings=12,
        )  # fmt: skip
    return House(first=first, case=case, patient=patient, shared=token)
