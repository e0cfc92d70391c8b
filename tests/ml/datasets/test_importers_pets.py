"""AI Hub's pet eye and pet skin trees, whose folders and cells are Korean."""

import csv
import unicodedata
import zipfile
from pathlib import Path

import pytest

from tests.ml.datasets.drawing import drawn, encoded, prepared, save, save_json


def told(out: Path, *columns: str) -> list[tuple[str, ...]]:
    with (out / "set.csv").open(newline="", encoding="utf-8") as file:
        return sorted(tuple(row[column] for column in columns) for row in csv.DictReader(file))


def eye(disease: str, degree: str, name: str, **meta: object) -> dict[str, object]:
    levels = {f"label_disease_lv_{level}": degree for level in (1, 2, 3)}
    shot = {"file_name": name, "device": "스마트폰", "breed": "말티즈", "age": 7, "gender": "수컷", **meta}
    label = {"label_filename": name, "label_disease_nm": disease, "label_deleted": 0, **levels}
    return {"images": {"meta": shot}, "label": label}


def skin(lesion: str, **meta: object) -> dict[str, object]:
    outline = {"color": "#27b73c", "location": [{"x1": 9, "y1": 9, "x2": 40, "y2": 30}], "label": f"{lesion}_x"}
    about = {"species": "D", "breed": "푸들", "age": 4, "gender": "F", "region": "H", "lesions": lesion, **meta}
    return {"metaData": about, "inspRejectYn": "N", "labelingInfo": [{"polygon": outline}, {"box": outline}]}


EYES = [
    ("1.Training", "백내장", "성숙", "crop_D0_0d4f0dab-60a5-11ec-8402-0a7404972c70"),
    ("1.Training", "결막염", "유", "crop_D0_0d4f0dac-60a5-11ec-8402-0a7404972c70"),
    ("2.Validation", "결막염", "무", "crop_D0_0d4f0dad-60a5-11ec-8402-0a7404972c70"),
]


def eye_tree(root: Path) -> Path:
    for number, (split, disease, degree, name) in enumerate(EYES):
        folder = root / "01.데이터" / split / "2_라벨링데이터" / "TL1" / "개" / "안구" / "일반" / disease / degree
        save(folder / f"{name}.jpg", drawn(number))
        save_json(folder / f"{name}.json", eye(disease, degree, f"{name}.jpg"))
    return root


def test_pet_eyes_are_named_as_in_the_catalogue_and_what_is_absent_is_kept_apart(tmp_path: Path) -> None:
    report = prepared(eye_tree(tmp_path / "in"), tmp_path / "out")
    assert (report.origin, report.bad) == ("aihub_pet_eye", 0)
    assert told(tmp_path / "out", "label", "absent", "source_split", "age", "sex") == [
        ("cataract", "", "train", "7", "male"),
        ("conjunctivitis", "", "train", "7", "male"),
        ("no_finding", "conjunctivitis", "val", "7", "male"),
    ]


def test_names_that_macos_took_apart_are_put_together(tmp_path: Path) -> None:
    folder = tmp_path / "in" / unicodedata.normalize("NFD", "백내장") / unicodedata.normalize("NFD", "유")
    save(folder / "D0_1.jpg", drawn(1))
    save_json(
        folder / "D0_1.json",
        eye(unicodedata.normalize("NFD", "백내장"), unicodedata.normalize("NFD", "유"), "D0_1.jpg"),
    )
    prepared(tmp_path / "in", tmp_path / "out")
    assert told(tmp_path / "out", "label") == [("cataract",)]


def test_ultrasound_and_withdrawn_photos_are_left_out(tmp_path: Path) -> None:
    folder = tmp_path / "in" / "개" / "안구"
    save(folder / "a.jpg", drawn(1))
    save_json(folder / "a.json", eye("백내장", "유", "a.jpg"))
    save(folder / "b.jpg", drawn(2))
    save_json(folder / "b.json", eye("백내장", "유", "b.jpg", device="안구초음파"))
    assert prepared(tmp_path / "in", tmp_path / "out").images == 1


def test_a_crop_and_its_original_and_one_sitting_stay_together(tmp_path: Path) -> None:
    folder = tmp_path / "in" / "개"
    uuid = "02f99e22-60a5-11ec-8402-0a7404972c70"
    for number, name in enumerate((f"crop_D0_{uuid}", f"D0_{uuid}", "D0_x", "D0_y")):
        taken = {"date_time": f"2021-09-0{1 + number // 2} 10:00:0{number}"} if number > 1 else {}
        save(folder / f"{name}.jpg", drawn(number))
        save_json(folder / f"{name}.json", eye("백내장", "유", f"{name}.jpg", **taken))
    assert prepared(tmp_path / "in", tmp_path / "out").groups == 2


def test_one_photo_in_two_disease_folders_is_one_picture_with_two_labels(tmp_path: Path) -> None:
    for disease in ("백내장", "결막염"):
        save(tmp_path / "in" / disease / "유" / f"{disease}.jpg", drawn(1))
        save_json(tmp_path / "in" / disease / "유" / f"{disease}.json", eye(disease, "유", f"{disease}.jpg"))
    report = prepared(tmp_path / "in", tmp_path / "out")
    assert (report.images, report.duplicates, report.contradictions) == (1, 1, 0)
    assert set(told(tmp_path / "out", "label")[0][0].split(";")) == {"cataract", "conjunctivitis"}


@pytest.mark.parametrize("pictures", ["beside", "apart"])
def test_pet_skin_finds_its_pictures_beside_the_json_or_in_the_other_half(tmp_path: Path, pictures: str) -> None:
    root = tmp_path / "in" / "152.반려동물 피부질환 데이터" / "01.데이터" / "1.Training"
    for number, folder in enumerate(("유증상/A1_구진_플라크", "유증상/A6_결절_종괴", "무증상/A1_구진_플라크")):
        name, below = f"IMG_D_A{number}_00001{number}", f"반려견/피부/일반카메라/{folder}"
        save_json(root / "2_라벨링데이터" / "TL01" / below / f"{name}.json", skin(folder.split("/")[1][:2]))
        half = "2_라벨링데이터/TL01" if pictures == "beside" else "1_원천데이터/TS01"
        save(root / half / below / f"{name}.jpg", drawn(number))
    report = prepared(tmp_path / "in", tmp_path / "out")
    assert (report.origin, report.bad) == ("aihub_pet_skin", 0)
    assert told(tmp_path / "out", "label", "sex", "modality", "source_split") == [
        ("healthy", "female", "camera", "train"),
        ("nodule_mass", "female", "camera", "train"),
        ("papule_plaque", "female", "camera", "train"),
    ]


def test_the_zips_of_the_archive_need_not_be_unpacked(tmp_path: Path) -> None:
    (tmp_path / "in" / "Training").mkdir(parents=True)
    for kind, suffix in (("TS01", "jpg"), ("TL01", "json")):
        with zipfile.ZipFile(tmp_path / "in" / "Training" / f"{kind}.zip", "w") as archive:
            for number in range(2):
                save_json(tmp_path / "told.json", skin("A2"))
                data = encoded(drawn(number)) if suffix == "jpg" else (tmp_path / "told.json").read_bytes()
                archive.writestr(f"반려묘/피부/일반카메라/유증상/A2/IMG_C_A2_{number}.{suffix}", data)
    report = prepared(tmp_path / "in", tmp_path / "out")
    assert report.labels == {"dandruff_scale_collarette": 2}


def test_a_json_without_its_picture_is_listed(tmp_path: Path) -> None:
    root = eye_tree(tmp_path / "in")
    save_json(root / "lost.json", eye("백내장", "유", "lost.jpg"))
    report = prepared(root, tmp_path / "out")
    assert [file["file"] for file in report.bad_files] == ["lost.json"]
