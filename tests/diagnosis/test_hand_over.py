"""Handing over: the link opens one case for a while, the clinic's tick comes back, and the count names nobody."""

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from diagnosis import services
from diagnosis.models import Candidate, Case, Confirmation, Diagnosis, Disease, Outcome, ShareLink
from diagnosis.models.sharing import LINK_CHANGES, digest_of
from diagnosis.scorecard import rows, wilson
from tests.factories import answers, new_case

pytestmark = pytest.mark.usefixtures("room")
LINK = re.compile(r"/en/shared/([\w-]{32})/")


def sent(client: Client) -> Case:
    client.post("/en/cases/", answers())
    return Case.objects.first()  # type: ignore[return-value]


def linked(client: Client, case: Case, days: int = 1) -> str:
    """Make a link; gives its path."""
    page = client.post(reverse("diagnosis:case_share", args=[case.token]), {"days": str(days)})
    return f"/en/shared/{LINK.findall(page.text)[0]}/"


def confirmed(case: Case, code: str | None, by: str = "clinic") -> Confirmation:
    disease = next((one.disease for one in case.diagnosis.candidates.all() if one.disease.code == code), None)  # type: ignore[union-attr]
    return services.confirm(case, disease, by=by)


def test_a_link_opens_the_case_without_a_session(client: Client) -> None:
    case = sent(client)
    path = linked(client, case)
    clinic = Client()
    page = clinic.get(path)
    assert page.status_code == 200
    assert str(case.diagnosis.candidates.all()[0].disease) in page.text  # type: ignore[union-attr]
    assert case.token not in page.text  # the owner's own address stays the owner's
    assert clinic.get(f"{path}photos/1.jpg").headers["Content-Type"] == "image/jpeg"
    assert clinic.get(f"{path}heatmaps/1.png").headers["Content-Type"] == "image/png"
    assert clinic.get(f"{path}photos/2.jpg").status_code == 404


def test_the_clinic_reads_how_soon_and_what_cannot_be_ruled_out(client: Client) -> None:
    case = sent(client)
    top, second, *_others = case.diagnosis.candidates.all()  # type: ignore[union-attr]
    Candidate.objects.filter(pk=second.pk).update(alert=True)
    Disease.objects.filter(pk=second.disease.pk).update(urgency="today")
    Diagnosis.objects.update(hints=["unsteady"], lookalikes=[[top.disease.code, 9]])
    page = Client().get(linked(client, case)).text
    said = (
        "Please be seen today",
        f"Cannot be ruled out: {second.disease}.",
        "trust this answer less",
        "verdict-title",
    )
    places = [page.index(words) for words in said]
    assert places == sorted(places)
    assert "Second opinion: similar cases" in page
    assert "Find a clinic nearby" not in page  # it is read in one


def test_only_the_fingerprint_of_a_link_is_kept(client: Client) -> None:
    token = linked(client, sent(client)).split("/")[-2]
    assert ShareLink.objects.get().digest == digest_of(token) != token
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        kept = [str(cursor.execute(f'SELECT * FROM "{table}"').fetchall()) for table in tables]
    assert not [row for row in kept if token in row]


def test_the_link_comes_with_a_qr_code_in_the_page_itself(client: Client) -> None:
    case = sent(client)
    page = client.post(reverse("diagnosis:case_share", args=[case.token]), {"days": "7"})
    assert page.context["qr"].startswith("data:image/svg+xml")
    assert page.headers["Cache-Control"].count("no-store") == 1
    again = client.get(reverse("diagnosis:case_share", args=[case.token]))
    assert not LINK.findall(again.text) and "This case has a link" in again.text


@pytest.mark.parametrize("days", ["8", "0", "-1", "30", "x"])
def test_a_link_lives_for_seven_days_at_most(client: Client, days: str) -> None:
    case = sent(client)
    assert client.post(reverse("diagnosis:case_share", args=[case.token]), {"days": days}).status_code == 422
    assert not ShareLink.objects.exists()
    with pytest.raises(ValueError, match="at most 7 days"):
        services.share(case, days=8)


def test_a_link_ends_with_its_case_at_the_latest(client: Client) -> None:
    case = sent(client)
    path = linked(client, case, days=7)
    assert ShareLink.objects.get().expires_at == case.expires_at
    Case.objects.update(expires_at=timezone.now())
    assert Client().get(path).status_code == 404


def test_an_expired_a_replaced_and_a_revoked_link_open_nothing(client: Client) -> None:
    case, clinic = sent(client), Client()
    first = linked(client, case)
    second = linked(client, case)
    assert [clinic.get(path).status_code for path in (first, second)] == [404, 200]
    client.post(reverse("diagnosis:case_share_end", args=[case.token]))
    assert clinic.get(second).status_code == 404
    third = linked(client, case)
    ShareLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert [clinic.get(f"{third}{part}").status_code for part in ("", "photos/1.jpg", "found/", "report.pdf")] == [
        404
    ] * 4
    assert clinic.post(f"{third}found/", {"found": "cataract"}).status_code == 404


def test_a_link_s_address_goes_nowhere(client: Client) -> None:
    path, clinic = linked(client, sent(client)), Client()
    for part in ("", "photos/1.jpg", "heatmaps/1.png"):
        page = clinic.get(f"{path}{part}")
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert "noindex" in page.headers["X-Robots-Tag"] and "no-store" in page.headers["Cache-Control"]
    assert "<form" not in clinic.get(path).text  # posted from a page without a referrer it would be refused
    ticking = clinic.get(f"{path}found/").headers
    assert ticking["Referrer-Policy"] == "same-origin"
    assert "noindex" in ticking["X-Robots-Tag"] and "no-store" in ticking["Cache-Control"]


def test_the_clinic_ticks_and_may_change_its_mind(client: Client) -> None:
    case, clinic = sent(client), Client()
    path = linked(client, case)
    assert clinic.post(f"{path}found/", {"found": "cataract"}, follow=True).status_code == 200
    clinic.post(f"{path}found/", {"found": "other"})
    assert (case.confirmation.disease, case.confirmation.by) == (None, "clinic")
    assert clinic.post(f"{path}found/", {}).status_code == 422
    assert clinic.post(f"{path}found/", {"found": "nv"}).status_code == 422  # a disease of another body site
    assert Outcome.objects.count() == 1  # counted once, however often it is ticked
    assert "Ticked so far" in clinic.get(path).text


def test_a_link_ticks_a_limited_number_of_times(client: Client) -> None:
    path, clinic = linked(client, sent(client)), Client()
    ShareLink.objects.update(changes=LINK_CHANGES - 1)
    assert clinic.post(f"{path}found/", {"found": "cataract"}).status_code == 302
    assert clinic.post(f"{path}found/", {"found": "blepharitis"}).status_code == 429
    assert Confirmation.objects.get().disease.code == "cataract"  # type: ignore[union-attr]
    with pytest.raises(IntegrityError, match="a_link_ticks_a_few_times"), transaction.atomic():
        ShareLink.objects.update(changes=LINK_CHANGES + 1)


def test_the_tick_needs_its_own_form(client: Client) -> None:
    path = linked(client, sent(client))
    assert Client(enforce_csrf_checks=True).post(f"{path}found/", {"found": "cataract"}).status_code == 403


def test_an_owner_s_own_tick_is_not_counted_as_a_clinic_s(client: Client) -> None:
    case = sent(client)
    client.post(f"{linked(client, case)}found/", {"found": "cataract"})
    assert case.confirmation.by == "owner"
    assert not Outcome.objects.exists()


def test_an_owner_does_not_overwrite_the_clinic() -> None:
    case = new_case()
    confirmed(case, "cataract")
    confirmed(case, "blepharitis", by="owner")
    assert Confirmation.objects.get().disease.code == "cataract"  # type: ignore[union-attr]


def test_an_owner_may_correct_what_they_said_themselves() -> None:
    case = new_case()
    confirmed(case, "cataract", by="owner")
    confirmed(case, "blepharitis", by="owner")
    assert Confirmation.objects.get().disease.code == "blepharitis"  # type: ignore[union-attr]


def test_a_figure_outlives_its_time_and_not_its_owner_s_wish(client: Client) -> None:
    expired, deleted = new_case(), new_case()
    for case in (expired, deleted):
        confirmed(case, "cataract")
    services.forget(Case.objects.filter(pk=deleted.pk), figures_too=True)
    services.forget(Case.objects.filter(pk=expired.pk))
    assert not Confirmation.objects.exists() and not ShareLink.objects.exists()
    assert Outcome.objects.count() == 1
    assert Outcome.objects.get().month.day == 1  # a month, not a day


def test_deleting_a_case_from_its_page_takes_link_and_figure_along(client: Client) -> None:
    case = sent(client)
    path = linked(client, case)
    Client().post(f"{path}found/", {"found": "cataract"})
    client.post(reverse("diagnosis:case_delete", args=[case.token]))
    assert Client().get(path).status_code == 404
    assert not ShareLink.objects.exists() and not Outcome.objects.exists() and not Confirmation.objects.exists()


@pytest.mark.parametrize(
    ("right", "n", "low", "high"),
    [(8, 10, 0.4902, 0.9433), (0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (50, 100, 0.4038, 0.5962), (0, 0, 0, 1)],
)
def test_wilson_s_range_is_the_one_in_the_tables(right: int, n: int, low: float, high: float) -> None:
    assert wilson(right, n) == pytest.approx((low, high), abs=1e-3)


def test_the_scorecard_hides_a_share_of_fewer_than_ten(client: Client) -> None:
    case = new_case()
    top = case.diagnosis.candidates.all()[0].disease  # type: ignore[union-attr]
    make = {"task": "dog_eye", "version": "1", "answered": top, "month": timezone.localdate()}
    Outcome.objects.bulk_create(Outcome(confirmed=top if number < 7 else None, **make) for number in range(9))
    Outcome.objects.create(task="dog_eye", version="1", answered=None, confirmed=top, month=timezone.localdate())
    page = client.get("/en/scorecard/").text
    assert "too few to say" in page and "78%" not in page
    assert client.get("/api/v1/scorecard/").json()[0]["share"] is None
    Outcome.objects.create(confirmed=top, **make)
    assert (rows()[0].n, rows()[0].right, rows()[0].unjudged) == (10, 8, 1)
    page = client.get("/en/scorecard/").text
    assert "80% (49–94%)" in page and "too few" not in page
    row = client.get("/api/v1/scorecard/").json()[0]
    assert (row["task"], row["confirmed"], row["share"]) == ("dog_eye", 10, 0.8)
    assert (row["low"], row["high"]) == pytest.approx((0.4902, 0.9433), abs=1e-3)


def test_an_empty_scorecard_says_so(client: Client) -> None:
    assert "No clinic has confirmed a case yet." in client.get("/en/scorecard/").text
