"""The collections of human skin: HAM10000, ISIC's challenges and PAD-UFES-20."""

import csv
from pathlib import Path

from tests.ml.datasets.drawing import drawn, prepared, save


def by_facts(out: Path, *columns: str) -> list[tuple[str, ...]]:
    with (out / "set.csv").open(newline="", encoding="utf-8") as file:
        return sorted(tuple(row[column] for column in columns) for row in csv.DictReader(file))


def test_ham10000_groups_by_lesion_across_both_parts(tmp_path: Path) -> None:
    root = tmp_path / "in"
    for number in range(4):
        save(root / f"HAM10000_images_part_{1 + number % 2}" / f"ISIC_002430{number}.jpg", drawn(number))
    save(
        root / "HAM10000_metadata.csv",
        "lesion_id,image_id,dx,dx_type,age,sex,localization\n"
        "HAM_0000118,ISIC_0024300,bkl,histo,80.0,male,scalp\n"
        "HAM_0000118,ISIC_0024301,bkl,histo,80.0,male,scalp\n"
        "HAM_0002730,ISIC_0024302,mel,histo,,unknown,unknown\n"
        "HAM_0002731,ISIC_0024303,nv,follow_up,45.0,female,back\n"
        "HAM_0002732,ISIC_0099999,nv,follow_up,45.0,female,back\n",
    )
    report = prepared(root, tmp_path / "out")
    assert (report.origin, report.groups) == ("ham10000", 3)
    assert [file["file"] for file in report.bad_files] == ["ISIC_0099999"]
    assert by_facts(tmp_path / "out", "label", "age", "sex", "site", "modality") == [
        ("bkl", "80", "male", "scalp", "dermoscopic"),
        ("bkl", "80", "male", "scalp", "dermoscopic"),
        ("mel", "", "", "", "dermoscopic"),
        ("nv", "45", "female", "back", "dermoscopic"),
    ]


def test_isic_reads_a_column_per_diagnosis_and_the_facts_from_another_table(tmp_path: Path) -> None:
    root = tmp_path / "in"
    for number in range(3):
        save(root / "ISIC_2019_Training_Input" / f"ISIC_000000{number}.jpg", drawn(number))
        save(root / "ISIC_2019_Training_Input" / f"ISIC_000000{number}_segmentation.png", drawn(number))
    save(
        root / "ISIC_2019_Training_GroundTruth.csv",
        "image,MEL,NV,BCC,AK,BKL,DF,VASC,SCC,UNK\n"
        "ISIC_0000000,0.0,1.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0\n"
        "ISIC_0000001,0.0,0.0,0.0,1.0,0.0,0.0,0.0,0.0,0.0\n"
        "ISIC_0000002,0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,1.0\n",
    )
    save(
        root / "ISIC_2019_Training_Metadata.csv",
        "image,age_approx,anatom_site_general,lesion_id,sex\n"
        "ISIC_0000000,55.0,anterior torso,L1,female\n"
        "ISIC_0000001,30.0,head/neck,L1,male\n",
    )
    report = prepared(root, tmp_path / "out")
    assert (report.origin, report.groups, report.bad) == ("isic", 1, 1)  # one lesion; UNK is no diagnosis
    assert by_facts(tmp_path / "out", "label", "age", "site", "source_split") == [
        ("akiec", "30", "head/neck", "train"),
        ("nv", "55", "anterior torso", "train"),
    ]


def test_isic_2017_ticks_nothing_for_a_nevus(tmp_path: Path) -> None:
    for number in range(2):
        save(tmp_path / "in" / "data" / f"ISIC_000000{number}.jpg", drawn(number))
    truth = "image_id,melanoma,seborrheic_keratosis\nISIC_0000000,0.0,0.0\nISIC_0000001,0.0,1.0\n"
    save(tmp_path / "in" / "ISIC-2017_Test_v2_Part3_GroundTruth.csv", truth)
    assert prepared(tmp_path / "in", tmp_path / "out").labels == {"bkl": 1, "nv": 1}


def test_pad_ufes_groups_by_patient_and_speaks_the_codes_of_the_catalogue(tmp_path: Path) -> None:
    root = tmp_path / "in"
    lines = ["patient_id,lesion_id,smoke,age,gender,region,diagnostic,img_id,biopsed"]
    for number, (patient, diagnosis) in enumerate([("PAT_8", "NEV"), ("PAT_8", "ACK"), ("PAT_9", "SEK")]):
        name = f"{patient}_1{number}_53{number}.png"
        save(root / "images" / f"imgs_part_{1 + number % 3}" / name, drawn(number))
        lines.append(f"{patient},1{number},False,69,FEMALE,FACE,{diagnosis},{name},True")
    save(root / "metadata.csv", "\n".join(lines))
    report = prepared(root, tmp_path / "out")
    assert (report.origin, report.groups) == ("pad_ufes_20", 2)
    assert by_facts(tmp_path / "out", "label", "modality", "site") == [
        ("akiec", "clinical", "face"),
        ("bkl", "clinical", "face"),
        ("nv", "clinical", "face"),
    ]
