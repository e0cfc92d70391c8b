"""What a prepared set is, whatever it was made from."""

import csv
import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml.datasets import packing, reading
from ml.datasets.errors import OtherPreparation, UnknownSource
from ml.datasets.picture import Look
from ml.datasets.prepare import Choices
from ml.datasets.store import Store
from tests.ml.datasets.drawing import drawn, encoded, label_tree, prepared, save, sibling


def table(out: Path) -> list[dict[str, str]]:
    with (out / "set.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def everything(out: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(out.iterdir())}


def test_prepare_reads_what_it_wrote(tmp_path: Path) -> None:
    for label, first in (("healthy", 0), ("mange", 10)):
        label_tree(tmp_path / "in" / label, ("animal_1", "animal_2"), 3, first=first)
    once = prepared(tmp_path / "in", tmp_path / "once")
    again = prepared(tmp_path / "once", tmp_path / "twice")
    assert (again.origin, again.labels, again.groups) == ("table", once.labels, once.groups)


def test_the_report_has_the_keys_that_others_rely_on(tmp_path: Path) -> None:
    label_tree(tmp_path / "in", ("healthy", "mange"), 10)
    prepared(tmp_path / "in", tmp_path / "out")
    told = json.loads((tmp_path / "out" / "report.json").read_text("utf-8"))
    assert told["images"] == 20
    assert told["labels"] == {"healthy": 10, "mange": 10}
    assert (told["duplicates"], told["groups"]) == (0, 20)
    (leak,) = [leak for leak in told["leaks"] if leak["kind"] == "name"]  # the first ten are healthy, the others not
    assert set(leak) == {"kind", "auc", "detail"}
    assert sum(told["split"].values()) == 20


def test_pictures_become_numbered_webp_of_one_size_without_metadata(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x010E], exif[0x0112] = "Kim, 3 years", 6  # a description, and a quarter turn
    label_tree(tmp_path / "in", ("healthy",), 2)
    save(tmp_path / "in" / "mange" / "x.jpg", encoded(drawn(7, (640, 480)), exif=exif))
    prepared(tmp_path / "in", tmp_path / "out", side=120)
    with zipfile.ZipFile(tmp_path / "out" / "set-0.zip") as archive:
        assert [info.compress_type for info in archive.infolist()] == [zipfile.ZIP_STORED] * 3
        pictures = {name: Image.open(io.BytesIO(archive.read(name))) for name in archive.namelist()}
    assert sorted(pictures) == ["set/00000.webp", "set/00001.webp", "set/00002.webp"]
    assert {picture.format for picture in pictures.values()} == {"WEBP"}
    assert not any(picture.info.get("exif") or picture.info.get("icc_profile") for picture in pictures.values())
    assert sorted(picture.size for picture in pictures.values()) == [(96, 72), (96, 72), (120, 160)]


def test_the_order_of_the_numbers_tells_nothing_of_the_labels(tmp_path: Path) -> None:
    label_tree(tmp_path / "in", ("healthy", "mange"), 20)
    prepared(tmp_path / "in", tmp_path / "out")
    labels = [row["label"] for row in table(tmp_path / "out")]
    assert 5 <= labels[:20].count("healthy") <= 15


def test_copies_are_left_out_whatever_they_were_saved_as(tmp_path: Path) -> None:
    label_tree(tmp_path / "in", ("healthy", "mange"), 4, suffix="png")
    photo = drawn(0)
    save(tmp_path / "in" / "healthy" / "bytes.png", photo)
    save(tmp_path / "in" / "healthy" / "pixels.bmp", photo)
    save(tmp_path / "in" / "healthy" / "again.jpg", encoded(photo, quality=70))
    save(tmp_path / "in" / "healthy" / "larger.png", photo.resize((192, 144), Image.Resampling.BICUBIC))
    report = prepared(tmp_path / "in", tmp_path / "out")
    assert (report.images, report.duplicates) == (8, 4)


def test_one_picture_with_two_labels_is_a_contradiction_and_teaches_neither(tmp_path: Path) -> None:
    label_tree(tmp_path / "in", ("healthy", "mange"), 4, suffix="png")
    for label in ("healthy", "mange"):
        save(tmp_path / "in" / label / "same.png", drawn(50))
    report = prepared(tmp_path / "in", tmp_path / "out")
    assert (report.images, report.contradictions, report.duplicates) == (8, 2, 0)


@pytest.mark.parametrize(
    "change",
    [
        lambda photo: sibling(3),
        lambda photo: photo.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
        lambda photo: photo.rotate(90, expand=True),
        lambda photo: photo.crop((2, 2, 94, 70)),
    ],
    ids=["a moment later", "mirrored", "turned", "cropped"],
)
def test_neighbours_are_kept_but_in_one_group(tmp_path: Path, change: "object") -> None:
    label_tree(tmp_path / "in", ("healthy", "mange"), 5)
    assert callable(change)
    save(tmp_path / "in" / "healthy" / "neighbour.jpg", change(drawn(3)))
    report = prepared(tmp_path / "in", tmp_path / "out")
    assert (report.images, report.groups, report.duplicates) == (11, 10, 0)


def test_no_group_lies_on_two_sides_and_every_label_on_both(tmp_path: Path) -> None:
    for label, first in (("healthy", 0), ("mange", 40), ("rare", 80)):
        animals = [f"animal_{first + number}" for number in range(2 if label == "rare" else 10)]
        label_tree(tmp_path / "in" / label, animals, 4, first=first * 10)
    prepared(tmp_path / "in", tmp_path / "out")
    rows = table(tmp_path / "out")
    assert all(
        len({row["split"] for row in rows if row["group"] == group}) == 1 for group in {r["group"] for r in rows}
    )
    assert {(row["label"], row["split"]) for row in rows} == {
        (label, split) for label in ("healthy", "mange", "rare") for split in ("train", "val")
    }
    assert 0.1 <= sum(row["split"] == "val" for row in rows) / len(rows) <= 0.25


def test_the_source_s_split_can_be_kept_except_for_siblings(tmp_path: Path) -> None:
    for split, first in (("train", 0), ("test", 20)):
        label_tree(tmp_path / "in" / split, ("healthy", "mange"), 5, first=first)
    save(tmp_path / "in" / "train" / "mange" / "late.jpg", sibling(27))
    report = prepared(tmp_path / "in", tmp_path / "out", split="keep")
    assert report.split == {"test": 11, "train": 10}


def test_bad_files_are_counted_and_listed_and_stop_nothing(tmp_path: Path) -> None:
    root = label_tree(tmp_path / "in", ("healthy", "mange"), 4)
    whole = encoded(drawn(9, (200, 200)), "png")
    save(root / "mange" / "empty.jpg", b"")
    save(root / "mange" / "text.png", b"not a picture")
    save(root / "mange" / "half.png", whole[: len(whole) // 2])
    save(root / "mange" / "half.jpg", encoded(drawn(9, (200, 200)))[:3000])
    save(root / "mange" / "tiny.png", drawn(1, (8, 8)))
    save(root / "mange" / "huge.png", encoded(Image.new("1", (9000, 9000)), "png"))
    report = prepared(root, tmp_path / "out")
    assert report.images == 8
    reasons = {file["file"]: file["reason"].split(":")[0] for file in report.bad_files}
    assert reasons == {
        "mange/empty.jpg": "unreadable",
        "mange/half.jpg": "unreadable",
        "mange/half.png": "truncated",
        "mange/huge.png": "too_many_pixels",
        "mange/text.png": "unreadable",
        "mange/tiny.png": "too_small",
    }
    told = {file["reason"] for file in report.bad_files}
    assert "unreadable: it is no picture of a known kind" in told
    assert not any("object at 0x" in reason for reason in told)  # it would be another one each time


def test_sixteen_bit_x_rays_keep_their_greys(tmp_path: Path) -> None:
    label_tree(tmp_path / "in", ("healthy",), 2)
    ramp = np.linspace(0, 65535, 80 * 60, dtype=np.uint16).reshape(60, 80)
    save(tmp_path / "in" / "mange" / "x.png", Image.fromarray(ramp))
    prepared(tmp_path / "in", tmp_path / "out")
    (image,) = [row["image"] for row in table(tmp_path / "out") if row["label"] == "mange"]
    with (
        zipfile.ZipFile(tmp_path / "out" / "set-0.zip") as archive,
        Image.open(io.BytesIO(archive.read(image))) as kept,
    ):
        assert 120 < np.asarray(kept.convert("L")).mean() < 135


def test_stopped_half_way_and_started_again_it_finishes_with_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = label_tree(tmp_path / "in", ("healthy", "mange"), 20)
    save(root / "mange" / "again.jpg", sibling(3))
    prepared(root, tmp_path / "whole")
    left = [30]

    def stop_after_a_while(store: Store, record: int, look: Look | str) -> None:
        left[0] -= 1
        if not left[0]:
            raise KeyboardInterrupt
        add_look(store, record, look)

    add_look = Store.add_look
    monkeypatch.setattr(Store, "add_look", stop_after_a_while)
    with pytest.raises(KeyboardInterrupt):
        prepared(root, tmp_path / "parts")
    assert not (tmp_path / "parts" / "report.json").exists()
    monkeypatch.setattr(Store, "add_look", add_look)
    looked: list[int] = []
    look = reading.look_at_chunk

    def count(chunk: reading.Chunk, side: int) -> list[Look | str]:
        looked.append(len(chunk))
        return look(chunk, side)

    monkeypatch.setattr(reading, "look_at_chunk", count)
    prepared(root, tmp_path / "parts")
    assert sum(looked) == 41 - reading.CHUNK  # the chunk that was finished is not looked at again
    assert everything(tmp_path / "parts") == everything(tmp_path / "whole")


def test_two_processes_give_the_same_bytes_as_one(tmp_path: Path) -> None:
    root = label_tree(tmp_path / "in", ("healthy", "mange"), 20)
    prepared(root, tmp_path / "one", workers=1)
    prepared(root, tmp_path / "two", workers=2)
    assert everything(tmp_path / "one") == everything(tmp_path / "two")


def test_a_finished_set_is_not_made_again_and_not_mixed_with_another(tmp_path: Path) -> None:
    root = label_tree(tmp_path / "in", ("healthy", "mange"), 4)
    report = prepared(root, tmp_path / "out")
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").iterdir()}
    assert prepared(root, tmp_path / "out") == report
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "out").iterdir()} == before
    with pytest.raises(OtherPreparation, match="other choices"):
        prepared(root, tmp_path / "out", seed=1)


def test_a_source_that_was_not_understood_can_be_mended_or_named_otherwise_and_tried_again(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    with pytest.raises(UnknownSource):
        prepared(tmp_path / "in", tmp_path / "out")
    root = label_tree(tmp_path / "in", ("healthy", "mange"), 4)
    with pytest.raises(UnknownSource):
        prepared(root, tmp_path / "out", format="coco")
    assert not list((tmp_path / "out").iterdir())
    assert prepared(root, tmp_path / "out").images == 8


def test_a_name_is_no_way_out_of_the_folder(tmp_path: Path) -> None:
    for name in ("../escape", "/etc/x", "..", ".hidden", "", "a\\b"):
        with pytest.raises(ValueError, match="a plain name"):
            Choices(source=str(tmp_path), name=name)


def test_the_output_may_lie_within_the_source(tmp_path: Path) -> None:
    root = label_tree(tmp_path, ("healthy", "mange"), 4)
    prepared(root, tmp_path / "out")
    assert prepared(root, tmp_path / "out", name="set").images == 8
    (tmp_path / "out" / "report.json").unlink()
    assert prepared(root, tmp_path / "out").images == 8


def test_shards_stay_below_their_size_and_hold_every_picture_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packing, "SHARD_BYTES", 8000)
    label_tree(tmp_path / "in", ("healthy", "mange"), 6)
    prepared(tmp_path / "in", tmp_path / "out")
    shards = sorted((tmp_path / "out").glob("set-*.zip"))
    assert len(shards) > 1
    assert all(shard.stat().st_size <= 8000 + 22 for shard in shards)  # the end of a zip takes 22 bytes
    names = [name for shard in shards for name in zipfile.ZipFile(shard).namelist()]
    assert sorted(names) == sorted(row["image"] for row in table(tmp_path / "out"))


def test_the_report_is_one_file_that_fetches_nothing_and_escapes_names(tmp_path: Path) -> None:
    label_tree(tmp_path / "in", ("<script>alert(1)<|script>", "mange"), 6)
    prepared(tmp_path / "in", tmp_path / "out")
    page = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert "<script" not in page
    assert "src=" not in page and "href=" not in page and "url(" not in page


def test_the_command_prepares_and_says_what_it_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from ml.__main__ import main

    label_tree(tmp_path / "in", ("healthy", "mange"), 4)
    assert main(["prepare", str(tmp_path / "in"), "--out", str(tmp_path / "cat_skin"), "--workers", "1"]) == 0
    assert "8 pictures in 8 groups, 0 copies left out, 0 files not usable" in capsys.readouterr().out
    assert (tmp_path / "cat_skin" / "cat_skin.csv").is_file()
    assert main(["prepare", str(tmp_path / "nowhere"), "--out", str(tmp_path / "x")]) == 2
    assert "there is nothing at" in capsys.readouterr().err
