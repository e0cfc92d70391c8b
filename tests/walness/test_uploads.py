"""A file that comes in many pieces is whole when it is read, and stays in memory."""

import os
from io import BytesIO

import pytest
from django.core.files.uploadedfile import InMemoryUploadedFile, SimpleUploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.http import HttpRequest
from django.test import RequestFactory
from pytest_django import Settings

from walness.uploads import InPieces

PIECES = 3 * 2**20  # bytes


def sent(*files: bytes) -> HttpRequest:
    """A form with these files, not yet read."""
    named = [SimpleUploadedFile(f"{number}.jpg", data) for number, data in enumerate(files)]
    return RequestFactory().post("/", {"photo": named})


def test_files_of_many_pieces_arrive_as_they_were_sent() -> None:
    first, second = os.urandom(PIECES), os.urandom(PIECES + 1)
    arrived = sent(first, b"", second).FILES.getlist("photo")
    assert all(isinstance(file, InMemoryUploadedFile) for file in arrived)
    assert [file.size for file in arrived] == [PIECES, 0, PIECES + 1]
    assert [file.read() for file in arrived] == [first, b"", second]
    assert arrived[0].seek(0) == 0 and arrived[0].read() == first  # and once more, for whoever needs it


def test_reading_a_whole_file_copies_nothing() -> None:
    (file,) = sent(os.urandom(PIECES)).FILES.getlist("photo")
    assert isinstance(file.file, BytesIO) and file.read() is file.file.getvalue()


def test_a_photo_comes_in_few_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []
    take = InPieces.receive_data_chunk

    def counted(self: InPieces, raw_data: bytes, start: int) -> bytes | None:
        sizes.append(len(raw_data))
        return take(self, raw_data, start)

    monkeypatch.setattr(InPieces, "receive_data_chunk", counted)
    (file,) = sent(os.urandom(PIECES)).FILES.getlist("photo")
    assert sum(sizes) == file.size == PIECES and len(sizes) <= 5  # the boundary cuts through some


def test_what_is_too_large_for_memory_is_left_to_the_next_handler(settings: Settings) -> None:
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = PIECES
    data = os.urandom(2 * PIECES)
    request = sent(data)
    request.upload_handlers = [InPieces(request), TemporaryFileUploadHandler(request)]
    (file,) = request.FILES.getlist("photo")
    with file:
        assert not isinstance(file, InMemoryUploadedFile) and file.read() == data
