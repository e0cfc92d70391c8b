"""Following something up: kept by choice only, closed to others, with a reminder that tells nobody anything."""

from datetime import timedelta
from unittest import mock

import pytest
from django.http import HttpRequest
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from diagnosis import services
from diagnosis.models import Case
from diagnosis.visitor import own_case
from tests.diagnosis.visiting import days_left, patient_of, sent, to

pytestmark = pytest.mark.usefixtures("room")


def test_a_case_is_kept_for_a_day_unless_its_owner_asks(client: Client) -> None:
    case = sent(client)
    assert days_left(case) == pytest.approx(1, abs=0.01)
    page = client.post(to("case_keep", case), {"days": "30"}, follow=True)
    assert days_left(case) == pytest.approx(30, abs=0.01)
    assert "kept until the day you chose" in page.text
    assert set(client.cookies) == {"csrf", "session"}  # the sentence needs no cookie of its own


@pytest.mark.parametrize("days", ["31", "0", "-1", "", "abc", "365"])
def test_nothing_is_kept_for_a_time_that_is_not_offered(client: Client, days: str) -> None:
    case = sent(client)
    client.post(to("case_keep", case), {"days": days})
    assert days_left(case) < 1.01
    with pytest.raises(ValueError, match="is kept for one of"):
        services.keep_longer(case, days=31)


def test_the_page_names_the_day_a_longer_case_goes(client: Client) -> None:
    case = sent(client)
    choices = client.get(case.get_absolute_url()).context["keep_choices"]
    assert [days for days, _until in choices] == [7, 30]
    client.post(to("case_keep", case), {"days": "30"})
    assert client.get(case.get_absolute_url()).context["keep_choices"] == []


def test_keeping_a_case_never_shortens_its_life(client: Client) -> None:
    case = sent(client)
    for days in ("30", "7"):
        client.post(to("case_keep", case), {"days": days})
    assert days_left(case) == pytest.approx(30, abs=0.01)


@pytest.mark.parametrize(
    ("name", "filled"),
    [
        ("case_keep", {"days": "7"}), ("case_patient", {"patient": ""}), ("case_share", {"days": "1"}),
        ("case_feedback", {"helpful": "yes"}), ("case_feedback_more", {"comment": "x", "found": "other"}),
    ],
)  # fmt: skip
def test_a_case_deleted_while_it_is_changed_is_a_404(client: Client, name: str, filled: dict[str, str]) -> None:
    case = sent(client)
    services.say_helpful(case, helpful=True)

    def found_and_gone(request: HttpRequest, token: str) -> Case:
        found = own_case(request, token)
        Case.objects.filter(pk=found.pk).delete()
        return found

    room = {"case_share": "handover", "case_keep": "care", "case_patient": "care"}.get(name, "opinions")
    with mock.patch(f"diagnosis.{room}.own_case", found_and_gone):
        assert client.post(to(name, case), filled).status_code == 404


def test_the_session_lives_as_long_as_the_case_it_opens(client: Client) -> None:
    case = sent(client)
    before = client.session.get_expiry_age()
    client.post(to("case_keep", case), {"days": "30"})
    assert before <= 86_400 < 29 * 86_400 < client.session.get_expiry_age() <= 30 * 86_400


def test_what_belongs_to_somebody_else_is_not_there(client: Client) -> None:
    case, patient = sent(client), patient_of(client)
    stranger = Client()
    strange = [
        stranger.get(to("case_reminder", case), {"days": "3"}), stranger.post(to("case_keep", case), {"days": "7"}),
        stranger.post(to("case_patient", case), {"patient": patient.token}),
        stranger.get(to("case_report", case)), stranger.get(to("case_share", case)),
        stranger.post(to("case_share", case), {"days": "1"}), stranger.post(to("case_share_end", case)),
        stranger.post(to("case_feedback", case), {"helpful": "yes"}), stranger.post(to("case_feedback_more", case)),
        stranger.get(patient.get_absolute_url()), stranger.post(f"{patient.get_absolute_url()}change/"),
        stranger.post(f"{patient.get_absolute_url()}delete/"),
        stranger.get(f"{patient.get_absolute_url()}compare/", {"earlier": case.pk, "later": case.pk}),
        stranger.get("/en/patients/", {"case": case.token}),
    ]  # fmt: skip
    assert [page.status_code for page in strange] == [404] * len(strange)
    mine = sent(stranger)
    assert stranger.post(to("case_patient", mine), {"patient": patient.token}).status_code == 404
    assert list(stranger.get("/en/patients/").context["patients"]) == []


def test_no_cache_keeps_what_is_a_visitor_s_own(client: Client) -> None:
    case, patient = sent(client), patient_of(client)
    own = ["/en/cases/", case.get_absolute_url(), "/en/my-cases/", to("case_share", case), to("case_report", case),
           "/en/patients/", patient.get_absolute_url(), f"{patient.get_absolute_url()}change/",
           "/en/account/sign-up/", "/en/account/password/", "/en/account/close/"]  # fmt: skip
    assert [address for address in own if "no-store" not in client.get(address).headers.get("Cache-Control", "")] == []


def test_a_change_needs_a_post_and_a_token(client: Client) -> None:
    case, patient = sent(client), patient_of(client)
    addresses = [to(name, case) for name in ("case_keep", "case_patient", "case_share_end", "case_feedback")]
    addresses += [f"{patient.get_absolute_url()}delete/", "/en/account/claim/"]
    assert [client.get(address).status_code for address in addresses] == [405] * len(addresses)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    refused = [*addresses, to("case_share", case), f"{patient.get_absolute_url()}change/", "/en/account/sign-up/"]
    refused += ["/en/account/password/", "/en/account/close/"]
    assert [strict.post(address).status_code for address in refused] == [403] * len(refused)


def test_a_reminder_names_a_day_and_neither_finding_nor_case(client: Client) -> None:
    case = sent(client)
    response = client.get(to("case_reminder", case), {"days": "7"})
    assert response.headers["Content-Type"].startswith("text/calendar")
    entry = Calendar.from_ical(response.content).walk("VEVENT")[0]
    assert entry.decoded("dtstart") == timezone.localdate() + timedelta(days=7)
    assert case.token not in response.text
    assert all(str(candidate.disease) not in response.text for candidate in case.diagnosis.candidates.all())  # type: ignore[union-attr]
    assert client.get(to("case_reminder", case), {"days": "400"}).status_code == 404


def test_the_page_after_a_deletion_can_be_read_in_another_language(client: Client) -> None:
    page = client.post(to("case_delete", sent(client)))
    asked = {"language": "ko", "next": page.context["back"]}
    assert client.post("/i18n/setlang/", asked, follow=True).status_code == 200
