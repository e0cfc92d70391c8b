"""Where and with what a photo was taken reaches no disk, no database, no log and no answer; what is deleted is gone."""

import logging
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from PIL import Image, PngImagePlugin

from diagnosis import services
from diagnosis.models import Case
from tests.factories import answers, drawn_photo, encoded

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("room")]
CANARY = "CANARY-5e1f77"
TRACES = (CANARY.encode(), b"Exif\0\0", b"http://ns.adobe.com/xap", b"GPSLatitude", b"ICC_PROFILE", b"acspAPPL")
XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><note exif:GPSLatitude="37,33.99N">'
    + CANARY.encode()
    + b"</note></x:xmpmeta>"
)


def exif() -> bytes:
    """A description, an owner, a serial number and a place."""
    tags = Image.Exif()
    tags[0x010E], tags[0x013B] = CANARY, f"Owner-{CANARY}"
    tags.get_ifd(0x8825).update({1: "N", 2: (37, 33, 59.4), 3: "E", 4: (126, 58, 40.8)})
    tags.get_ifd(0x8769).update({0xA431: f"SERIAL-{CANARY}"})
    return tags.tobytes()


def with_metadata(kind: str) -> bytes:
    return encoded(drawn_photo(), kind, exif=exif(), xmp=XMP)


def with_tail(tail: bytes) -> bytes:
    return encoded(drawn_photo()) + tail


def with_text() -> bytes:
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", f"<script>{CANARY}</script>")
    return encoded(drawn_photo(), "PNG", pnginfo=text)


PHOTOS = {kind: with_metadata(kind) for kind in ("JPEG", "PNG", "WEBP", "HEIF", "AVIF")}
PHOTOS |= {
    "zip behind": with_tail(b"PK\x03\x04" + CANARY.encode() * 20),
    "comment": encoded(drawn_photo(), comment=CANARY.encode()),
    "profile": encoded(drawn_photo(), icc_profile=CANARY.encode()),
    "text": with_text(),
}


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    caplog.set_level(logging.DEBUG)
    yield caplog


def bytes_on_disk() -> dict[str, bytes]:
    """Everything the service keeps: photos, the database and its journals."""
    database = Path(str(connection.settings_dict["NAME"]))
    files = [*Path(settings.MEDIA_ROOT).rglob("*"), *database.parent.glob(f"{database.name}*")]
    return {str(file): file.read_bytes() for file in files if file.is_file()}


@pytest.mark.parametrize("name", PHOTOS)
def test_no_metadata_reaches_disk_database_log_or_answer(
    client: Client, name: str, log: pytest.LogCaptureFixture
) -> None:
    file = SimpleUploadedFile(f"{CANARY}.jpg", PHOTOS[name])
    result = client.post("/en/cases/", answers(photo=file), follow=True)
    case = Case.objects.get()
    photo = client.get(case.photos.get().image_url)
    assert (result.status_code, photo.status_code) == (200, 200)
    seen = bytes_on_disk() | {"page": result.content, "photo": photo.content, "log": log.text.encode()}
    assert [(where, trace) for where, data in seen.items() for trace in TRACES if trace in data] == []
    assert not Image.open(BytesIO(photo.content)).getexif()
    services.forget(Case.objects.all())


def test_the_search_would_find_what_is_left(client: Client, room: Path) -> None:
    """A canary that is written on purpose is found: the search above looks in the right places."""
    client.post("/en/cases/", answers())
    Case.objects.update(site=CANARY[:16])
    (room / "left.jpg").write_bytes(with_metadata("JPEG"))
    hits = {Path(where).suffix for where, data in bytes_on_disk().items() for trace in TRACES if trace[:13] in data}
    assert ".jpg" in hits and any(hit.startswith(".sqlite3") for hit in hits)
    services.forget(Case.objects.all())


@pytest.mark.parametrize("how", ["by its owner", "when its time is over"])
def test_a_deleted_case_leaves_no_byte(client: Client, room: Path, how: str) -> None:
    url = client.post("/en/cases/", answers()).headers["Location"]
    case = Case.objects.get()
    names = [name for photo in case.photos.all() for name in (photo.image.name, photo.heatmap.name)]
    traces = [case.token.encode(), case.owner.encode(), *(str(name).encode() for name in names)]
    traces += [file.read_bytes()[300:600] for file in room.rglob("*.jpg")]  # pixels, not the header all JPEGs share
    kept = b"".join(bytes_on_disk().values())
    assert all(trace in kept for trace in traces)
    if how == "by its owner":
        assert client.post(f"{url}delete/").status_code == 200
    else:
        Case.objects.update(expires_at=case.created_at)
        services.purge()
    assert case.token.encode() not in b"".join(bytes_on_disk().values())  # at once
    client.logout()  # the session knows the owner's name
    services.forget(Case.objects.none())  # truncates what the session's end wrote
    left = b"".join(bytes_on_disk().values())
    assert [trace for trace in traces if trace in left] == []
    assert client.get(url).status_code == 404
    assert client.post(f"{url}delete/").status_code == 404


def test_nothing_about_a_person_reaches_the_log(client: Client, log: pytest.LogCaptureFixture) -> None:
    place = {"lat": "37.5665", "lon": "126.9780", "place": "Jongno"}
    url = client.post("/en/cases/", answers(photo=SimpleUploadedFile("my-mole.jpg", encoded(drawn_photo()))))[
        "Location"
    ]
    for path in (url, f"{url}photos/9.jpg", f"{url}nothing/"):
        client.get(path)
    client.post("/en/clinics/", place)
    token = Case.objects.get().token
    written = [record.getMessage() for record in log.records if record.name.startswith(("walness", "diagnosis"))]
    told = "\n".join(written)
    assert written
    for secret in (token, "my-mole", "37.566", "126.97", "Jongno", "127.0.0.1"):
        assert secret not in told
    services.forget(Case.objects.all())


def test_a_round_of_cleaning_leaves_numbers_as_proof(client: Client) -> None:
    from diagnosis.models import Removal

    client.post("/en/cases/", answers())
    case = Case.objects.get()
    Case.objects.update(expires_at=case.created_at)
    services.purge()
    removal = Removal.objects.get()
    assert (removal.cases, removal.files) == (1, 0)
    assert {field.name for field in Removal._meta.get_fields()} == {"id", "at", "cases", "files"}
    services.purge()
    assert Removal.objects.count() == 1  # an empty round proves nothing
    Removal.objects.all().delete()
