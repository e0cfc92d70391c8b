"""Label folders in the shapes that chest X-rays, blood cells and COVID sets come in."""

import csv
from pathlib import Path

import pytest

from ml.datasets.errors import UnknownSource
from tests.ml.datasets.drawing import drawn, label_tree, prepared, save


def rows(out: Path, name: str = "set") -> list[dict[str, str]]:
    with (out / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_chest_xrays_keep_their_split_and_group_by_person(tmp_path: Path) -> None:
    root = tmp_path / "in" / "chest_xray"
    for number, (split, label, name) in enumerate(
        [
            ("train", "NORMAL", "IM-0115-0001.jpeg"),
            ("train", "PNEUMONIA", "person7_bacteria_24.jpeg"),
            ("train", "PNEUMONIA", "person7_bacteria_25.jpeg"),
            ("test", "NORMAL", "IM-0001-0001.jpeg"),
            ("val", "PNEUMONIA", "person9_virus_3.jpeg"),
        ]
    ):
        save(root / split / label / name, drawn(number).convert("L"))
    save(tmp_path / "in" / "__MACOSX" / "chest_xray" / "train" / "NORMAL" / "._IM-0115-0001.jpeg", b"junk")
    save(root / "train" / ".DS_Store", b"junk")
    report = prepared(tmp_path / "in", tmp_path / "out")
    assert report.origin == "label_folders"
    assert report.labels == {"pneumonia": 3, "normal": 2}
    assert report.bad == 0
    table = rows(tmp_path / "out")
    assert sorted(row["source_split"] for row in table) == ["test", "train", "train", "train", "val"]
    known = [row for row in table if row["group_known"] == "1"]
    assert len(known) == 3
    assert len({row["group"] for row in known}) == 2


def test_covid_folders_have_an_images_level_and_masks_that_are_no_photos(tmp_path: Path) -> None:
    root = tmp_path / "in" / "COVID-19_Radiography_Dataset"
    for number in range(3):
        save(root / "COVID" / "images" / f"COVID-{number}.png", drawn(number))
        save(root / "COVID" / "masks" / f"COVID-{number}.png", drawn(50 + number))
        save(root / "Viral Pneumonia" / "images" / f"Viral Pneumonia-{number}.png", drawn(10 + number))
    save(root / "COVID.metadata.csv", "FILE NAME,FORMAT,SIZE,URL\nCOVID-0,PNG,256*256,example\n")
    assert prepared(tmp_path / "in", tmp_path / "out").labels == {"covid": 3, "viral_pneumonia": 3}


def test_blood_cells_lie_below_images_and_split_and_have_a_table_that_tells_of_others(tmp_path: Path) -> None:
    root = tmp_path / "in" / "dataset2-master" / "dataset2-master"
    for split, first in (("TRAIN", 0), ("TEST", 10), ("TEST_SIMPLE", 20)):
        label_tree(root / "images" / split, ("EOSINOPHIL", "LYMPHOCYTE"), 2, suffix="jpeg", first=first)
    save(root / "labels.csv", ",Image,Category\n0,1,NEUTROPHIL\n")
    report = prepared(tmp_path / "in", tmp_path / "out")
    assert report.labels == {"eosinophil": 6, "lymphocyte": 6}
    assert sorted({row["source_split"] for row in rows(tmp_path / "out")}) == ["test", "train"]


def test_a_table_beside_the_pictures_is_believed_when_it_speaks_of_them(tmp_path: Path) -> None:
    for number in range(4):
        save(tmp_path / "in" / "images" / f"scan{number}.png", drawn(number))
    lines = [f"p{number // 2},scan{number}.png,{'COVID-19' if number < 2 else 'No Finding'},F" for number in range(4)]
    save(tmp_path / "in" / "metadata.csv", "\n".join(["patientid,filename,finding,sex", *lines]))
    report = prepared(tmp_path / "in", tmp_path / "out")
    assert (report.origin, report.labels) == ("table", {"covid_19": 2, "no_finding": 2})
    assert report.groups == 2
    assert {row["sex"] for row in rows(tmp_path / "out")} == {"female"}


@pytest.mark.parametrize(
    ("delimiter", "encoding"), [(";", "utf-8-sig"), (",", "cp949"), ("\t", "utf-16"), (",", "utf-8")]
)
def test_a_table_is_read_as_spreadsheets_save_it(tmp_path: Path, delimiter: str, encoding: str) -> None:
    for number in range(4):
        save(tmp_path / "in" / f"사진 {number}.png", drawn(number))
    lines = ["file,label"] + [f"사진 {number}.png,{('백선', '피부염')[number % 2]}" for number in range(4)]
    save(tmp_path / "in" / "t.csv", "\r\n".join(lines).replace(",", delimiter).encode(encoding))
    assert prepared(tmp_path / "in", tmp_path / "out").labels == {"백선": 2, "피부염": 2}


def test_the_label_may_lie_above_the_split(tmp_path: Path) -> None:
    for label, first in (("mange", 0), ("ringworm", 10)):
        label_tree(tmp_path / "in" / label, ("train", "validation"), 2, first=first)
    report = prepared(tmp_path / "in", tmp_path / "out")
    assert report.labels == {"mange": 4, "ringworm": 4}
    assert {row["source_split"] for row in rows(tmp_path / "out")} == {"train", "val"}


def test_a_folder_per_patient_below_the_label_is_a_group(tmp_path: Path) -> None:
    for label, first in (("healthy", 0), ("pyoderma", 10)):
        label_tree(tmp_path / "in" / label, ("patient_1", "patient_2"), 2, first=first)
    report = prepared(tmp_path / "in", tmp_path / "out")
    assert report.labels == {"healthy": 4, "pyoderma": 4}
    assert report.groups == 4


def test_a_stray_picture_beside_the_labels_is_listed_and_not_learned(tmp_path: Path) -> None:
    for clinic, first in (("north", 0), ("south", 10)):
        label_tree(tmp_path / "in" / clinic, ("healthy", "pyoderma"), 2, first=first)
    save(tmp_path / "in" / "cover.jpg", drawn(99))
    save(tmp_path / "in" / "north" / "building.jpg", drawn(98))
    save(tmp_path / "in" / "north" / "Thumbs.db", b"junk")
    report = prepared(tmp_path / "in", tmp_path / "out")
    assert report.labels == {"healthy": 4, "pyoderma": 4}
    assert [file["file"] for file in report.bad_files] == ["cover.jpg", "north/building.jpg"]


def test_nothing_to_read_is_said_in_a_sentence(tmp_path: Path) -> None:
    save(tmp_path / "in" / "readme.txt", "nothing here")
    with pytest.raises(UnknownSource, match="no known layout"):
        prepared(tmp_path / "in", tmp_path / "out")
    with pytest.raises(UnknownSource, match="there is nothing at"):
        prepared(tmp_path / "nowhere", tmp_path / "other")
