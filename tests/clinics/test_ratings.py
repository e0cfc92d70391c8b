"""Ratings come from a source or from approved visits, one for each case; nothing is made up."""

import re
from collections.abc import Callable
from typing import Any
from unittest import mock

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.template import Context, Template
from django.test import Client
from django.urls import reverse

from clinics.models import Clinic, Visit
from clinics.visits import case_hash_of, reference_for
from tests.diagnosis.visiting import sent

URL = "/en/clinics/visit/"
New = Callable[..., Clinic]


def answers(rated: Clinic, /, **more: Any) -> dict[str, Any]:
    return {"ref": reference_for("case-token"), "clinic": rated.pk, "stars": "4", "comment": "친절해요"} | more


def test_a_visit_waits_and_counts_only_after_approval(client: Client, admin_client: Client, new_clinic: New) -> None:
    clinic = new_clinic()
    assert client.post(URL, answers(clinic)).status_code == 200
    assert Clinic.objects.get().rating is None
    visit = Visit.objects.get()
    admin_client.post(reverse("admin:clinics_visit_changelist"), {"action": "approve", "_selected_action": [visit.pk]})
    assert Clinic.objects.values_list("rating", "ratings").get() == (4.0, 1)
    admin_client.post(reverse("admin:clinics_visit_changelist"), {"action": "reject", "_selected_action": [visit.pk]})
    assert Clinic.objects.values_list("rating", "ratings").get() == (None, 0)


@pytest.mark.usefixtures("room")
def test_a_result_leads_its_owner_to_rating_the_clinic(client: Client, new_clinic: New) -> None:
    case, clinic = sent(client), new_clinic()
    page = client.get(case.get_absolute_url()).text
    (link,) = re.findall(rf'href="({URL}[^"]+)"', page)
    assert case.token not in link
    ref = client.get(f"{link}&name={clinic.name}").context["ref"]
    assert client.post(URL, answers(clinic, ref=ref)).status_code == 200
    assert Visit.objects.get().clinic == clinic


def test_one_case_rates_once(client: Client, new_clinic: New) -> None:
    clinic = new_clinic()
    client.post(URL, answers(clinic))
    again = client.post(URL, answers(clinic, stars="1"))
    assert again.status_code == 422
    assert "already rated" in again.text
    assert Visit.objects.get().stars == 4
    with pytest.raises(IntegrityError), transaction.atomic():
        Visit.objects.create(clinic=clinic, case_hash=Visit.objects.get().case_hash, stars=1)


def test_a_rating_sent_twice_at_once_is_told_that_its_twin_was_taken(client: Client, new_clinic: New) -> None:
    client.post(URL, answers(new_clinic()))
    with mock.patch("clinics.forms.Visit.objects.filter") as before:
        before.return_value.exists.side_effect = [False, True]  # the twin comes between the look and the writing
        again = client.post(URL, answers(Clinic.objects.get()))
    assert again.status_code == 422 and "already rated" in again.text
    assert Visit.objects.count() == 1


def test_the_reference_names_no_case_and_cannot_be_made_up(client: Client, new_clinic: New) -> None:
    reference = reference_for("case-token")
    assert "case-token" not in reference
    assert "case-token" not in str(case_hash_of(reference))
    forged = client.post(URL, answers(new_clinic(), ref=reference[:-2] + "xx"))
    assert forged.status_code == 422
    assert "no longer good" in forged.text
    assert not Visit.objects.exists()


@pytest.mark.parametrize(
    "wrong", [{"stars": "6"}, {"stars": "0"}, {"stars": ""}, {"clinic": 0}, {"comment": "가" * 501}]
)
def test_a_rating_that_is_none_is_refused_with_a_sentence(
    wrong: dict[str, Any], client: Client, new_clinic: New
) -> None:
    response = client.post(URL, answers(new_clinic(), **wrong))
    assert response.status_code == 422
    assert "Please" in response.text
    assert not Visit.objects.exists()


def test_the_clinic_is_chosen_by_name(client: Client, new_clinic: New) -> None:
    new_clinic("봄동물병원")
    new_clinic("가을동물병원")
    page = client.get(URL, {"ref": "r", "name": "봄"}).text
    assert "봄동물병원" in page
    assert "가을동물병원" not in page


def test_the_source_and_visits_are_weighed_by_how_many_stand_behind_them(new_clinic: New) -> None:
    clinic = new_clinic(source_rating=5.0, source_ratings=3)
    Visit.objects.create(clinic=clinic, case_hash="a", stars=1, state="approved")
    Visit.objects.create(clinic=clinic, case_hash="b", stars=1, state="pending")
    clinic.refresh_rating()
    assert (clinic.rating, clinic.ratings) == (4.0, 4)


def test_other_rooms_link_with_a_tag(settings: Any) -> None:
    link = Template("{% load clinics %}{% visit_url token %}").render(Context({"token": "case-token"}))
    assert "ref=" in link
    assert "case-token" not in link


def test_the_database_refuses_what_is_not_on_earth_or_no_rating(new_clinic: New) -> None:
    for wrong in ({"lat": 91.0}, {"lng": -181.0}, {"rating": 5.5}, {"kind": "zoo"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            new_clinic(**wrong)
    new_clinic(external_id="same")
    with pytest.raises(IntegrityError), transaction.atomic():
        new_clinic(external_id="same")


def test_only_staff_moderate(client: Client, db: None) -> None:
    client.force_login(User.objects.create_user("visitor"))
    assert client.get(reverse("admin:clinics_visit_changelist")).status_code == 302
