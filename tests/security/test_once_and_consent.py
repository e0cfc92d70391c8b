"""A form sent twice makes one case, and a photo of a person's health is looked at only with consent."""

import threading
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client

from diagnosis import once, services
from diagnosis.models import Case
from ml.inference import Diagnoser
from tests.factories import answers, drawn_photo, encoded

CASES = "/en/cases/"
HUMAN = {"species": "human", "body_site": "skin"}


@pytest.fixture
def mark(room: Path) -> str:
    return once.new_mark()


@pytest.mark.django_db
def test_the_empty_form_carries_a_mark_of_its_own(client: Client, room: Path) -> None:
    marks = {client.get("/en/").context["form"]["once"].value() for _ in range(2)}
    assert len(marks) == 2 and all(once.digest(mark, []) for mark in marks)


def test_the_same_form_sent_twice_is_one_case(client: Client, mark: str) -> None:
    places = [client.post(CASES, answers(once=mark)).headers["Location"] for _ in range(2)]
    assert places[0] == places[1]
    assert Case.objects.count() == 1


def test_the_same_form_with_another_photo_is_another_case(client: Client, mark: str) -> None:
    client.post(CASES, answers(once=mark))
    client.post(CASES, answers(encoded(drawn_photo(colour="navy")), once=mark))
    assert Case.objects.count() == 2


def test_a_mark_that_is_not_ours_counts_as_none(client: Client, mark: str) -> None:
    for forged in ("1", "1", mark[:-1]):
        client.post(CASES, answers(once=forged))
    assert Case.objects.count() == 3


def test_two_visitors_with_the_same_mark_have_a_case_each(room: Path, mark: str) -> None:
    first, second = Client(), Client()
    for client in (first, second):
        client.post(CASES, answers())  # now each has a name
        client.post(CASES, answers(once=mark))
    assert Case.objects.count() == 4
    assert len({case.owner for case in Case.objects.all()}) == 2


@pytest.mark.django_db(transaction=True)
def test_a_double_click_within_50_ms_is_one_case_that_both_answers_open(
    room: Path, mark: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    both_judge = threading.Barrier(2)
    judge = Diagnoser.diagnose

    def slowly(self: Diagnoser, *pictures: object, **facts: object) -> object:
        both_judge.wait(10)  # neither has written its case when the other looks
        return judge(self, *pictures, **facts)  # type: ignore[arg-type]

    monkeypatch.setattr(Diagnoser, "diagnose", slowly)
    clients, places = [Client(), Client()], ["", ""]

    def click(number: int) -> None:
        places[number] = clients[number].post(CASES, answers(once=mark)).headers["Location"]
        connection.close()

    clicks = [threading.Thread(target=click, args=[number]) for number in (0, 1)]
    for thread in clicks:
        thread.start()
    for thread in clicks:
        thread.join()
    assert places[0] == places[1] and Case.objects.count() == 1
    assert [client.get(places[0]).status_code for client in clients] == [200, 200]
    case = Case.objects.get()
    kept = {str(path.relative_to(room)) for path in room.rglob("*") if path.is_file()}
    assert kept == {name for photo in case.photos.all() for name in (photo.image.name, photo.heatmap.name)}
    services.forget(Case.objects.all())


def test_two_first_photos_from_two_tabs_are_both_their_sender_s(room: Path) -> None:
    first, second = Client(), Client()
    first.get("/en/")
    second.cookies["csrf"] = first.cookies["csrf"].value
    places = [tab.post(CASES, answers(once=once.new_mark())).headers["Location"] for tab in (first, second)]
    assert places[0] != places[1] and first.cookies["session"].value != second.cookies["session"].value
    assert [second.get(place).status_code for place in places] == [200, 200]
    assert first.cookies["csrf"].value not in Case.objects.all()[0].owner


@pytest.mark.parametrize("path", [CASES, "/api/v1/cases/"])
def test_a_person_s_photo_without_consent_is_refused_unread(
    client: Client, room: Path, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("diagnosis.forms.read_photo_apart", lambda data: 1 / 0)
    response = client.post(path, answers(consent=None, **HUMAN), headers={"Accept-Language": "en"})
    assert response.status_code == 422
    assert "Please agree that we may look at a photo of your health" in response.text
    assert not Case.objects.exists() and not room.exists()


def test_consent_is_written_down_with_its_time(client: Client, room: Path) -> None:
    client.post(CASES, answers(**HUMAN))
    assert Case.objects.get().consented_at is not None


def test_an_animal_needs_no_consent(client: Client, room: Path) -> None:
    assert client.post(CASES, answers(consent=None)).status_code == 302
    assert Case.objects.get().consented_at is None
