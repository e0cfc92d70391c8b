"""Two dates of one patient: a change is told only beyond what two photos of one day differ."""

from typing import Any
from unittest import mock

import pytest
from django.test import Client
from PIL import Image

from diagnosis import comparing, services
from diagnosis.models import BodySite, Case, Diagnosis, Patient, Species
from tests.diagnosis.visiting import patient_of, sent
from tests.factories import drawn_photo
from tests.ml.test_compare import skin, taken_again

pytestmark = pytest.mark.usefixtures("room")


def dated(owner: str, patient: Patient, picture: Image.Image, share: float | None = None) -> Case:
    """A case on the timeline, with an outline of this share."""
    pair: dict[str, Any] = {
        "species": Species.objects.get(code="human"),
        "body_site": BodySite.objects.get(code="skin"),
    }
    case = services.submit_case(owner=owner, photo=[picture], **pair)
    Diagnosis.objects.filter(case=case).update(outline={"area_share": share} if share else None)
    return services.put_on_timeline(case, patient)


@pytest.fixture
def person(client: Client) -> Patient:
    sent(client)  # gives the visitor a name
    return patient_of(client, species=str(Species.objects.get(code="human").pk))


def compared(client: Client, person: Patient, shares: tuple[float | None, float | None]) -> dict[str, Any]:
    """What the page of two dates with these outlines holds: its change, and its text."""
    first = dated(person.owner, person, skin(), shares[0])
    second = dated(person.owner, person, taken_again(skin()), shares[1])
    address = f"{person.get_absolute_url()}compare/"
    page = client.get(address, {"earlier": second.pk, "later": first.pk})  # in whichever order they are chosen
    assert page.status_code == 200
    assert (page.context["earlier"], page.context["later"]) == (first, second)
    assert page.text.count('src="data:image/jpeg;base64,') == 2
    return {"change": page.context["change"], "text": page.text}


def test_the_same_size_is_no_change(client: Client, person: Patient) -> None:
    page = compared(client, person, (0.04, 0.04 * 1.25**2))
    assert "No change beyond what two photos of the same day differ." in page["text"]


def test_much_more_is_a_change_to_be_looked_at(client: Client, person: Patient) -> None:
    page = compared(client, person, (0.04, 0.04 * 1.25**2 * 3))
    assert page["change"]["percent"] == pytest.approx(200, abs=20)
    assert "larger than before" in page["text"] and "Please have it looked at." in page["text"]


@pytest.mark.parametrize(("factor", "beyond"), [(1.85, False), (1.95, True), (1 / 1.85, False), (1 / 1.95, True)])
def test_growing_and_shrinking_are_told_beyond_the_same_factor(factor: float, beyond: bool, client: Client) -> None:
    pair = mock.Mock(area_in_earlier=lambda share, *_sizes: share)
    cases = [sent(client), sent(client)]
    for case, share in zip(cases, (0.1, 0.1 * factor), strict=True):
        Diagnosis.objects.filter(case=case).update(outline={"area_share": share})
    earlier, later = (Case.objects.whole().get(pk=case.pk) for case in cases)
    change = comparing.change_in_area(earlier, later, pair)
    assert change is not None and change["beyond"] is beyond


def test_without_two_outlines_no_change_is_given(client: Client, person: Patient) -> None:
    page = compared(client, person, (0.04, None))
    assert page["change"] is None and "no change in size can be given" in page["text"]


def test_what_does_not_fit_is_shown_as_it_is_and_said(client: Client, person: Patient) -> None:
    cases = [dated(person.owner, person, picture, 0.04) for picture in (skin(), drawn_photo())]
    page = client.get(f"{person.get_absolute_url()}compare/", {"earlier": cases[0].pk, "later": cases[1].pk})
    assert str(page.context["refused"]) in page.text and "change" not in page.context
    assert all(case.photos.all()[0].image_url in page.text for case in cases)


def test_two_body_sites_are_not_compared(client: Client, person: Patient) -> None:
    first = dated(person.owner, person, skin(), 0.04)
    second = dated(person.owner, person, skin(), 0.04)
    Case.objects.filter(pk=second.pk).update(body_site=BodySite.objects.get(code="eye"))
    page = client.get(f"{person.get_absolute_url()}compare/", {"earlier": first.pk, "later": second.pk})
    assert page.context["refused"] == comparing.REFUSALS["pair"]


@pytest.mark.parametrize("query", [{}, {"earlier": "1"}, {"earlier": "x", "later": "y"}])
def test_two_dates_have_to_be_chosen(client: Client, person: Patient, query: dict[str, str]) -> None:
    assert client.get(f"{person.get_absolute_url()}compare/", query).status_code == 404
