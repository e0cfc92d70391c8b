"""Cases are written whole or not at all, and what is forgotten is gone."""

import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from unittest import mock

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone
from PIL import Image

from diagnosis import engine, services
from diagnosis.models import BodySite, Candidate, Case, Diagnosis, ModelVersion, Patient, Photo, Species
from ml.inference import Diagnoser, UnknownTask
from tests.factories import answers, drawn_photo, encoded, new_case

CANARY = b"CANARY-5e1f"


def files(room: Path) -> list[Path]:
    return [path for path in room.rglob("*") if path.is_file()]


@pytest.fixture
def committed(transactional_db: None, room: Path) -> Iterator[Path]:
    """A room whose transactions really end; afterwards its tables are empty."""
    yield room


@pytest.mark.usefixtures("room")
def test_a_case_keeps_what_the_model_said() -> None:
    case = new_case()
    diagnosis = case.diagnosis
    assert diagnosis is not None
    probabilities = [candidate.probability for candidate in diagnosis.candidates.all()]
    assert len(probabilities) == 5
    assert probabilities == sorted(probabilities, reverse=True)
    assert str(diagnosis.model_version) == "dog_eye 2026.11.1"
    assert diagnosis.model_version.card["labels"][1] == "cataract"


@pytest.mark.usefixtures("room")
def test_a_second_case_shares_the_model_version() -> None:
    new_case()
    new_case()
    assert ModelVersion.objects.count() == 1


def test_a_large_photo_is_kept_at_2000_pixels(room: Path) -> None:
    species, site = Species.objects.get(code="dog"), BodySite.objects.get(code="eye")
    case = services.submit_case(owner="x", species=species, body_site=site, photo=[drawn_photo(2500, 1250)])
    photo = case.photos.get()
    assert (photo.width, photo.height) == (2000, 1000)
    with photo.image.open() as file, Image.open(file) as picture:
        assert (picture.format, picture.size) == ("JPEG", (2000, 1000))


def test_files_are_private_and_their_names_say_nothing(room: Path) -> None:
    new_case()
    assert len(files(room)) == 2
    for path in files(room):
        assert path.stat().st_mode & 0o777 == 0o600
        assert path.parent.stat().st_mode & 0o777 == 0o700
        assert len(path.stem) == 32 and "photo" not in path.name
    with pytest.raises(ValueError, match="no address"):
        default_storage.url("x.jpg")


def test_what_a_picture_carries_beside_its_pixels_is_not_written(room: Path) -> None:
    picture = drawn_photo()
    picture.info |= {"comment": CANARY, "exif": CANARY, "icc_profile": CANARY, "xmp": CANARY}
    species, site = Species.objects.get(code="dog"), BodySite.objects.get(code="eye")
    services.submit_case(owner="x", species=species, body_site=site, photo=[picture])
    assert CANARY not in b"".join(path.read_bytes() for path in files(room))


def test_when_the_rows_are_refused_the_files_go_too(room: Path) -> None:
    with mock.patch.object(Candidate.objects, "bulk_create", side_effect=RuntimeError), pytest.raises(RuntimeError):
        new_case()
    assert files(room) == []
    assert not Case.objects.exists() and not Diagnosis.objects.exists()


def test_when_a_file_cannot_be_written_nothing_is_kept(room: Path) -> None:
    saved: list[str] = []
    real = default_storage.save

    def full_disk(name: str, content: object) -> str:
        if len(saved) == 3:
            raise OSError(28, "No space left on device")
        saved.append(real(name, content))  # type: ignore[arg-type]
        return saved[-1]

    with mock.patch.object(default_storage, "save", full_disk), pytest.raises(OSError, match="No space"):
        new_case(photos=3)
    assert len(saved) == 3 and files(room) == []
    assert not Case.objects.exists()


def test_when_the_model_fails_the_photos_that_were_kept_meanwhile_go_too(room: Path) -> None:
    with mock.patch.object(Diagnoser, "diagnose", side_effect=RuntimeError), pytest.raises(RuntimeError):
        new_case(photos=2)
    assert files(room) == [] and not Case.objects.exists()


def test_an_interrupted_write_leaves_no_part_of_a_file(room: Path) -> None:
    with mock.patch("os.fsync", side_effect=OSError), pytest.raises(OSError):
        new_case()
    assert files(room) == []


@pytest.mark.usefixtures("room")
def test_a_pair_without_a_model_is_an_unknown_task() -> None:
    with pytest.raises(UnknownTask):
        new_case(species="cat")
    assert not Case.objects.exists()


def test_deleting_a_case_removes_its_rows_and_files_at_once(client: Client, committed: Path) -> None:
    url = client.post("/en/cases/", answers()).headers["Location"]
    assert len(files(committed)) == 2
    assert client.post(f"{url}delete/").status_code == 200
    assert files(committed) == []
    assert not Photo.objects.exists() and not Candidate.objects.exists()
    assert client.get(url).status_code == 404
    assert client.post(f"{url}delete/").status_code == 404


def test_a_rolled_back_deletion_keeps_the_files(committed: Path) -> None:
    new_case()
    with mock.patch("django.db.models.QuerySet.delete", side_effect=RuntimeError), pytest.raises(RuntimeError):
        services.forget(Case.objects.all())
    assert len(files(committed)) == 2


def test_purging_removes_exactly_the_expired_cases(committed: Path) -> None:
    old, young = new_case(), new_case()
    Case.objects.filter(pk=old.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    call_command("purge_cases", verbosity=0)
    assert list(Case.objects.all()) == [young]
    assert len(files(committed)) == 2


def test_what_keeps_cases_from_going_is_told_and_keeps_no_deserted_patient() -> None:
    with (
        mock.patch.object(services, "purge", side_effect=OSError("disk")),
        mock.patch.object(services, "forget_deserted_patients") as forgotten,
        pytest.raises(OSError, match="disk"),
    ):
        call_command("purge_cases", verbosity=0)
    assert forgotten.called


def test_purging_removes_sessions_whose_time_is_over(committed: Path) -> None:
    for key, hours in (("old", -1), ("young", 1)):
        expire_date = timezone.now() + timedelta(hours=hours)
        Session.objects.create(session_key=key, session_data="", expire_date=expire_date)
    services.purge()
    assert [session.pk for session in Session.objects.all()] == ["young"]
    Session.objects.all().delete()


@pytest.mark.parametrize("way", ["a name", "an account", "a confirmation"])
def test_the_journal_is_truncated_after_whatever_an_owner_takes_back(committed: Path, way: str) -> None:
    case, account = new_case(), User.objects.create_user("somebody")
    patient = services.add_patient(owner="somebody", species=case.species, name="Kong")
    services.confirm(case, None, by="owner")
    if way == "a name":
        services.forget_patient(patient)
    elif way == "an account":
        services.close_account(account)
    else:
        services.withdraw(case)
    assert not Path(f"{connection.settings_dict['NAME']}-wal").stat().st_size
    User.objects.all().delete()
    Patient.objects.all().delete()


def test_what_another_process_swept_is_not_counted_twice(committed: Path) -> None:
    committed.mkdir(parents=True, exist_ok=True)
    (committed / "orphan.jpg").touch()
    with mock.patch("pathlib.Path.unlink", side_effect=FileNotFoundError):
        assert services.sweep(older_than=timedelta(seconds=-1)) == 0


def test_purging_sweeps_files_that_nobody_owns_but_not_young_ones(committed: Path) -> None:
    new_case()
    orphan = committed / "ab" / "abc.jpg.part"
    orphan.parent.mkdir(parents=True, exist_ok=True)
    orphan.write_bytes(b"half a photo")
    assert services.sweep() == 0
    assert services.sweep(older_than=timedelta(seconds=-1)) == 1
    assert len(files(committed)) == 2


def test_visitors_at_the_same_time_get_their_own_answers(committed: Path) -> None:
    colours = ["red", "green", "blue", "black"]
    seen: dict[str, bytes] = {}

    def visit(colour: str) -> None:
        client = Client()
        url = client.post("/en/cases/", answers(encoded(drawn_photo(colour=colour)))).headers["Location"]
        seen[colour] = client.get(f"{url}photos/1.jpg").content
        connection.close()

    threads = [threading.Thread(target=visit, args=[colour]) for colour in colours]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Case.objects.count() == 4
    for colour, jpeg in seen.items():
        picture = encoded(drawn_photo(colour=colour))
        assert middle(jpeg) == pytest.approx(middle(picture), abs=8)


def middle(jpeg: bytes) -> tuple[int, ...]:
    """The colour in the middle of the spot."""
    with Image.open(BytesIO(jpeg)) as picture:
        pixel = picture.getpixel((picture.width // 2, picture.height // 2))
    assert isinstance(pixel, tuple)
    return pixel


@pytest.mark.usefixtures("room")
def test_a_model_is_loaded_once_however_many_ask_at_once() -> None:
    def slowly(*_arguments: object, **_options: object) -> object:
        time.sleep(0.05)
        return object()

    engine._loaded.clear()
    with mock.patch.object(Diagnoser, "load", side_effect=slowly) as load:
        threads = [threading.Thread(target=engine.diagnoser_for, args=("dog", "eye")) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    engine._loaded.clear()
    assert load.call_count == 1
