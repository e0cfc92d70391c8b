"""Reading in processes of their own."""

import tracemalloc
from dataclasses import replace
from pathlib import Path

import pytest

from ml.datasets import reading
from ml.datasets.picture import look_at
from ml.datasets.records import Record
from ml.datasets.store import Store
from tests.ml.datasets.drawing import drawn, encoded, save
from tests.ml.datasets.dying import dies_at_record_one


def test_a_picture_that_kills_its_reader_is_listed_and_takes_no_other_along(tmp_path: Path) -> None:
    chunk = tuple((number, str(save(tmp_path / f"{number}.jpg", drawn(number))), "") for number in range(2))
    readers = reading._Readers(1, side=64)
    readers.task = dies_at_record_one
    looks = readers.result(chunk, readers.submit(chunk))[1]
    readers.pool.shutdown()
    assert [isinstance(look, str) for look in looks] == [False, True]
    assert looks[1] == "unreadable: it crashed its decoder"


def peak_of_reading(folder: Path, count: int, monkeypatch: pytest.MonkeyPatch) -> int:
    """Bytes that Python holds at most while it reads ``count`` pictures of 20 KB each."""
    look = look_at(encoded(drawn(1)), side=64)
    monkeypatch.setattr(
        reading,
        "look_at_chunk",
        lambda chunk, side: [replace(look, webp=bytes(20_000), digest=str(record).encode()) for record, _, _ in chunk],
    )
    with Store(folder / f"{count}.sqlite") as store:
        store.base.executemany("INSERT INTO files VALUES (?, '', '', '', '', '')", ((n,) for n in range(count)))
        store.add_records(Record(file=number, labels=("mange",)) for number in range(count))
        tracemalloc.start()
        reading.read_all(store, side=64, workers=1)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert store.one("SELECT count(*) FROM blobs") == count
    return peak


def test_memory_does_not_grow_with_the_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    few, many = (peak_of_reading(tmp_path, count, monkeypatch) for count in (100, 1000))
    assert many < 1.1 * few
    assert few < 16 * reading.CHUNK * 20_000
