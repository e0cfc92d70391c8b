"""What the probes must find on sets that leak on purpose, and must not find on one that does not."""

from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageOps

from ml.datasets.report import Report
from tests.ml.datasets.drawing import drawn, encoded, prepared, save, sibling

EACH = 14


def leaks(report: Report) -> dict[str, dict[str, Any]]:
    return {leak["kind"]: leak for leak in report.leaks}


def tree(root: Path, *, healthy: str = "jpg", ill: str = "jpg", framed: bool = False, **saved: Any) -> Path:
    """Fourteen pictures a label, the last five in test."""
    for number in range(EACH):
        split = "train" if number < EACH - 5 else "test"
        save(root / split / "healthy" / f"{number * 37 % 100:03d}a.{healthy}", drawn(number))
        photo = drawn(100 + number)
        if framed:
            photo = ImageOps.expand(photo.crop((8, 8, 88, 64)), 8, "black")
        save(root / split / "mange" / f"{number * 53 % 100:03d}a.{ill}", encoded(photo, ill, **saved))
    return root


def test_siblings_across_the_split_and_png_only_normals_are_both_reported(tmp_path: Path) -> None:
    root = tree(tmp_path / "in", healthy="png")
    for number in range(4):
        save(root / "test" / "mange" / f"again{number}.jpg", sibling(100 + number))
    found = leaks(prepared(root, tmp_path / "out"))
    assert found["near_duplicate"]["count"] == 4
    assert "4 of 14 held-out" in found["near_duplicate"]["detail"]
    assert found["file_type"]["auc"] > 0.99
    assert "format" in found["file_type"]["detail"]


def test_a_set_that_is_photographed_saved_and_named_alike_leaks_nothing(tmp_path: Path) -> None:
    report = prepared(tree(tmp_path / "in"), tmp_path / "out")
    assert report.leaks == []
    assert {probe["kind"] for probe in report.probes} == {
        "file_type",
        "size",
        "name",
        "border",
        "camera",
        "split_shift",
    }


def test_a_black_frame_around_one_label_is_a_leak_that_stays_in_the_pictures(tmp_path: Path) -> None:
    found = leaks(prepared(tree(tmp_path / "in", framed=True), tmp_path / "out"))
    assert found["border"]["auc"] > 0.99
    assert "still in the pictures" in found["border"]["detail"]


def test_another_compression_or_camera_for_one_label_is_a_leak(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = "Maker", "Model 7"
    found = leaks(prepared(tree(tmp_path / "in", quality=30, exif=exif), tmp_path / "out"))
    assert found["camera"]["auc"] > 0.99
    assert found["file_type"]["auc"] > 0.99


def test_another_size_for_one_label_is_a_leak_and_so_is_its_name(tmp_path: Path) -> None:
    for number in range(EACH):
        save(tmp_path / "in" / "healthy" / f"IMG_{number}.jpg", drawn(number))
        save(tmp_path / "in" / "mange" / f"mange ({number}).jpg", drawn(100 + number, (90, 90)))
    found = leaks(prepared(tmp_path / "in", tmp_path / "out"))
    assert found["size"]["auc"] > 0.99
    assert found["name"]["auc"] > 0.99


def test_a_held_out_part_from_another_camera_is_a_shift(tmp_path: Path) -> None:
    for number in range(EACH):
        label = ("healthy", "mange")[number % 2]
        save(tmp_path / "in" / "train" / label / f"{number}.jpg", drawn(number))
        dark = drawn(100 + number).point(lambda value: value // 3)
        save(tmp_path / "in" / "test" / label / f"{number}.jpg", dark)
    found = leaks(prepared(tmp_path / "in", tmp_path / "out"))
    assert found["split_shift"]["auc"] > 0.95


def test_siblings_do_not_vouch_for_each_other(tmp_path: Path) -> None:
    """Six copies of one healthy animal in a frame tell nothing about healthy ones: there is only one group."""
    for number in range(EACH):
        save(tmp_path / "in" / "mange" / "animal_1" / f"{number}.jpg", drawn(100 + number))
        save(tmp_path / "in" / "healthy" / "animal_2" / f"{number}.png", drawn(number))
    assert prepared(tmp_path / "in", tmp_path / "out").probes == []


@pytest.mark.parametrize("suffix", ["csv", "html", "json"])
def test_no_name_of_a_file_or_patient_reaches_the_set_or_its_report(tmp_path: Path, suffix: str) -> None:
    for number in range(4):
        save(tmp_path / "in" / ("healthy", "mange")[number % 2] / f"patient_{number}_kim.jpg", drawn(number))
    prepared(tmp_path / "in", tmp_path / "out", name="report" if suffix != "csv" else "set")
    text = (tmp_path / "out" / f"{'set' if suffix == 'csv' else 'report'}.{suffix}").read_text("utf-8")
    assert "kim" not in text and "patient_" not in text
