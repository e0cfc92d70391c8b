"""What a run learns from: every photo as serving sees it, decoded once, and split by what it shows."""

import io
import random
import shutil
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import torch
from PIL import Image, ImageCms

from ml.inference import read_photo
from ml.training.commands import open_task
from ml.training.data import Pack, decoded, keep_labels, read_pack
from ml.training.experiment import EXPERIMENTS
from tests.ml.drawn_pack import drawing, label_folders


def test_decoding_is_done_once_and_a_broken_cache_is_started_again(pack: Path, tmp_path: Path) -> None:
    part = read_pack(pack, task="human_eye").part("val")
    cache = tmp_path / "val.npy"
    (tmp_path / "val.part").write_bytes(b"half")
    first = decoded(part, size=32, cache=cache)
    for picture in pack.glob("*.png"):
        picture.unlink()
    assert torch.equal(decoded(part, size=32, cache=cache), first) and first.shape == (12, 3, 32, 32)


def test_a_disk_without_room_is_named_before_anything_is_decoded(
    pack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: SimpleNamespace(free=1000))
    with pytest.raises(OSError, match=r"need 0\.0 GB in .*, where 0\.0 GB are free"):
        decoded(read_pack(pack, task="human_eye").part("val"), size=32, cache=tmp_path / "cache" / "val.npy")
    assert not list((tmp_path / "cache").iterdir())


def _as_sent(picture: Image.Image) -> dict[str, bytes]:
    """One picture as cameras and programs write it: turned, of 16 bits, see-through, in other colours, very large."""
    turn = Image.Exif()
    turn[0x112] = 6  # the viewer turns it by a quarter
    grey = Image.fromarray(np.asarray(picture.convert("L")).astype(np.uint16) * 257)
    half = picture.copy()
    half.putalpha(Image.linear_gradient("L").resize(picture.size))
    dim = ImageCms.ImageCmsProfile(ImageCms.createProfile("XYZ")).tobytes()
    return {
        "turned.jpg": _bytes(picture.transpose(Image.Transpose.ROTATE_90), "JPEG", exif=turn),
        "grey.png": _bytes(grey, "PNG"),
        "half.png": _bytes(half, "PNG"),
        "print.jpg": _bytes(picture, "JPEG", icc_profile=dim),
        "large.jpg": _bytes(picture.resize((2400, 2000)), "JPEG"),
    }


def _bytes(picture: Image.Image, format: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, format, **options)
    return buffer.getvalue()


def test_training_sees_every_photo_as_serving_does(tmp_path: Path) -> None:
    sent = _as_sent(drawing("cataract", random.Random(3)))
    for name, data in sent.items():
        (tmp_path / name).write_bytes(data)
    table = pd.DataFrame({"image": list(sent)})
    for data, seen in zip(sent.values(), Pack(table, (tmp_path,)).pictures(), strict=True):
        served = read_photo(data)
        assert (seen.size, seen.mode, seen.tobytes()) == (served.size, "RGB", served.tobytes())


def test_a_photo_too_small_to_be_sent_is_still_learned_from(tmp_path: Path) -> None:
    drawing("cataract", random.Random(3)).resize((50, 36)).save(tmp_path / "a.png")
    (seen,) = Pack(pd.DataFrame({"image": ["a.png"]}), (tmp_path,)).pictures()
    assert seen.size == (50, 36)


def test_folders_are_split_by_what_a_turned_photo_shows(tmp_path: Path) -> None:
    home, turn = label_folders(tmp_path / "data", count=1), Image.Exif()
    turn[0x112] = 6
    picture = Image.open(home / "cataract" / "0.png")
    (home / "cataract" / "1.jpg").write_bytes(_bytes(picture.transpose(Image.Transpose.ROTATE_90), "JPEG", exif=turn))
    table = read_pack(home, task="cat_eye").table
    assert table[table["label"] == "cataract"]["group"].nunique() == 1


def _decode_anew(pack: Path, out: Path) -> torch.Tensor:
    return open_task(EXPERIMENTS["human_eye"].with_options({"image_size": 32}), pack, (), out)[1].squares


def test_a_table_in_another_order_is_decoded_anew(pack: Path, tmp_path: Path) -> None:
    first = _decode_anew(pack, tmp_path / "run")
    head, *rows = (pack / "human_eye.csv").read_text().splitlines()
    (pack / "human_eye.csv").write_text("\n".join([head, *reversed(rows)]))
    assert torch.equal(_decode_anew(pack, tmp_path / "run"), first.flip(0))


def test_a_photo_that_was_replaced_is_decoded_anew(pack: Path, tmp_path: Path) -> None:
    first = _decode_anew(pack, tmp_path / "run")
    Image.new("RGB", (96, 80), "white").save(pack / "30.png")
    again = _decode_anew(pack, tmp_path / "run")
    assert (again != first).flatten(1).any(1).nonzero().flatten().tolist() == [30 - 24]


def test_photos_without_a_wanted_label_are_left_out(pack: Path) -> None:
    kept = keep_labels(read_pack(pack, task="human_eye"), ("cataract",))
    assert len(kept.table) == 12 and set(kept.table["label"]) == {"cataract"}


def test_folders_named_after_labels_are_a_data_set(tmp_path: Path) -> None:
    table = read_pack(label_folders(tmp_path / "data"), task="cat_eye").table
    assert set(table["label"]) == {"cataract", "conjunctivitis"} and len(table) == 40
    assert set(table["split"]) == {"train", "val"}


def test_copies_of_a_picture_stay_on_one_side_of_the_split(tmp_path: Path) -> None:
    home = label_folders(tmp_path / "data")
    for file in list(home.glob("cataract/*.png")):
        Image.open(file).resize((180, 160)).save(file.with_suffix(".jpg"), quality=92)
    table = read_pack(home, task="cat_eye").table
    assert (table[table["label"] == "cataract"].groupby("group")["split"].nunique() == 1).all()
    assert table["group"].nunique() == 40  # each copy joined its original


def test_a_folder_without_table_or_pictures_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="neither a table nor folders"):
        read_pack(tmp_path, task="cat_eye")
