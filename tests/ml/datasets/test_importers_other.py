"""Arrays, COCO and zips of anything, friendly and not."""

import csv
import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ml.datasets import archives
from ml.datasets.errors import UnsafeArchive
from tests.ml.datasets.drawing import drawn, encoded, label_tree, prepared, save, save_json


def column(out: Path, name: str) -> list[str]:
    with (out / "set.csv").open(newline="", encoding="utf-8") as file:
        return sorted(row[name] for row in csv.DictReader(file))


def test_medmnist_arrays_keep_their_split(tmp_path: Path) -> None:
    pixels = np.stack([np.asarray(drawn(number, (28, 28))) for number in range(6)])
    labels = np.array([[0], [1], [0], [1], [0], [1]])
    parts: dict[str, Any] = {f"{s}_images": pixels[i : i + 2] for i, s in ((0, "train"), (2, "val"), (4, "test"))}
    parts |= {f"{s}_labels": labels[i : i + 2] for i, s in ((0, "train"), (2, "val"), (4, "test"))}
    np.savez_compressed(tmp_path / "bloodmnist.npz", **parts)
    report = prepared(tmp_path / "bloodmnist.npz", tmp_path / "out")
    assert (report.origin, report.labels) == ("medmnist", {"class_0": 3, "class_1": 3})
    assert column(tmp_path / "out", "source_split") == ["test", "test", "train", "train", "val", "val"]


def test_medmnist_with_several_labels_says_what_is_absent(tmp_path: Path) -> None:
    grey = np.stack([np.asarray(drawn(number, (28, 28)).convert("L")) for number in range(2)])
    np.savez(tmp_path / "chestmnist.npz", train_images=grey, train_labels=np.array([[1, 1, 0], [0, 0, 0]]))
    prepared(tmp_path / "chestmnist.npz", tmp_path / "out")
    assert column(tmp_path / "out", "label") == ["class_0;class_1", "no_finding"]
    assert column(tmp_path / "out", "absent") == ["class_0;class_1;class_2", "class_2"]


def test_coco_labels_a_picture_by_what_is_drawn_in_it(tmp_path: Path) -> None:
    for number in range(3):
        save(tmp_path / "in" / "images" / f"{number}.jpg", drawn(number))
    save_json(
        tmp_path / "in" / "annotations" / "instances_train2017.json",
        {
            "images": [{"id": n, "file_name": f"{n}.jpg", "width": 96, "height": 72} for n in range(3)],
            "annotations": [{"id": 1, "image_id": 0, "category_id": 5}, {"id": 2, "image_id": 1, "category_id": 6}],
            "categories": [{"id": 5, "name": "Ringworm"}, {"id": 6, "name": "Hot spot"}],
        },
    )
    report = prepared(tmp_path / "in", tmp_path / "out")
    assert (report.origin, report.labels) == ("coco", {"hot_spot": 1, "no_finding": 1, "ringworm": 1})
    assert column(tmp_path / "out", "source_split") == ["train"] * 3


def zipped(folder: Path, target: Path) -> Path:
    with zipfile.ZipFile(target, "w") as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(folder))
    return target


def test_a_zip_gives_the_same_set_as_its_folder_and_so_does_a_zip_of_zips(tmp_path: Path) -> None:
    tree = label_tree(tmp_path / "in", ("healthy", "mange"), 3)
    flat = zipped(tree, tmp_path / "flat.zip")
    (tmp_path / "outer").mkdir()
    zipped(tree, tmp_path / "outer" / "part_1.zip")
    nested = zipped(tmp_path / "outer", tmp_path / "nested.zip")
    for number, source in enumerate((tree, flat, nested)):
        prepared(source, tmp_path / f"out{number}")
    tables = [(tmp_path / f"out{number}" / "set.csv").read_bytes() for number in range(3)]
    assert tables[0] == tables[1] == tables[2]
    shards = [(tmp_path / f"out{number}" / "set-0.zip").read_bytes() for number in range(3)]
    assert shards[0] == shards[1] == shards[2]


class KoreanName(zipfile.ZipInfo):
    """An entry as Korean Windows packs it: CP949, and nothing that says so."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802  # the name is zipfile's
        return self.filename.encode("cp949"), self.flag_bits


def test_a_zip_of_korean_windows_keeps_its_korean_labels(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "k.zip", "w") as archive:
        for number in range(6):
            entry = KoreanName(f"{('백선', '피부염')[number % 2]}/사진 {number}.jpg")
            archive.writestr(entry, encoded(drawn(number)))
    assert prepared(tmp_path / "k.zip", tmp_path / "out").labels == {"백선": 3, "피부염": 3}


def test_an_entry_that_leads_out_of_its_zip_is_listed_and_writes_nothing(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "slip.zip", "w") as archive:
        archive.writestr("../../evil/1.jpg", encoded(drawn(9)))
        archive.writestr("/evil/2.jpg", encoded(drawn(8)))
        archive.writestr("mange/1.jpg", encoded(drawn(1)))
        archive.writestr("healthy/1.jpg", encoded(drawn(2)))
    report = prepared(tmp_path / "slip.zip", tmp_path / "deep" / "out")
    assert report.images == 2
    assert [file["reason"] for file in report.bad_files] == ["its name leads out of the zip"] * 2
    assert not list(tmp_path.rglob("evil"))


def test_a_bomb_is_listed_and_not_unpacked(tmp_path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mange/big.bmp", bytes(8 * 2**20))
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w") as archive:
        archive.writestr("inner.zip", inner.getvalue())
        archive.writestr("mange/1.jpg", encoded(drawn(1)))
    report = prepared(tmp_path / "bomb.zip", tmp_path / "out")
    bomb = {"file": "inner.zip/mange/big.bmp", "reason": "it unpacks to far more than its size"}
    assert report.bad_files == [bomb]


def test_a_header_that_lies_about_its_size_does_not_help_a_bomb(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("x.bin", b"x" * 100)
    with zipfile.ZipFile(tmp_path / "a.zip") as archive, pytest.raises(UnsafeArchive):
        archives.read_entry(archive, "x.bin", limit=99)


def test_a_damaged_zip_or_entry_is_listed(tmp_path: Path) -> None:
    label_tree(tmp_path / "in", ("healthy", "mange"), 2)
    save(tmp_path / "in" / "more.zip", b"PK\x03\x04 and then nothing")
    report = prepared(tmp_path / "in", tmp_path / "out")
    assert [file["file"] for file in report.bad_files] == ["more.zip"]
