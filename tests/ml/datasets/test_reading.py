"""Reading in processes of their own."""

from pathlib import Path

from ml.datasets.reading import _Readers
from tests.ml.datasets.drawing import drawn, save
from tests.ml.datasets.dying import dies_at_record_one


def test_a_picture_that_kills_its_reader_is_listed_and_takes_no_other_along(tmp_path: Path) -> None:
    chunk = tuple((number, str(save(tmp_path / f"{number}.jpg", drawn(number))), "") for number in range(2))
    readers = _Readers(1, side=64)
    readers.task = dies_at_record_one
    looks = readers.result(chunk, readers.submit(chunk))[1]
    readers.pool.shutdown()
    assert [isinstance(look, str) for look in looks] == [False, True]
    assert looks[1] == "unreadable: it crashed its decoder"
