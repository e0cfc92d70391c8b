"""Tables as spreadsheets write them: read alike, or refused with a sentence."""

from pathlib import Path

import pytest

from ml.__main__ import main
from ml.training.data import read_pack
from tests.ml.drawn import drawn_eye
from tests.ml.shelf import put_on_shelf

PLAIN = "image,label,split,group\na.png,cataract,val,01\nb c.png,cataract;no_finding,train,\n"


@pytest.mark.parametrize(
    "text",
    [
        PLAIN,
        "\ufeff" + PLAIN.replace("\n", "\r\n"),
        PLAIN.replace(",", " , "),
        PLAIN.replace(";", "+").replace(",", ";").replace("cataract+no_finding", '"cataract;no_finding"'),
        PLAIN.replace("cataract;no_finding", "Cataract; NO_FINDING ").replace("val", "Val"),
        PLAIN.replace("cataract;no_finding", "Cataract;No finding;").replace("image,label", "Image,Label"),
        PLAIN.replace(",", "\t"),
        PLAIN.replace("01\n", "01,\n").replace("train,", "train,,"),
        PLAIN.replace("\n", "\r"),
        PLAIN.replace("image,label", '"image", "label"')
        .replace("b c.png,cataract;", '"b c.png", "cataract;')
        .replace("ing,tr", 'ing",tr'),
    ],
    ids=[
        "plain",
        "byte order mark",
        "spaces",
        "semicolons",
        "capitals",
        "words",
        "tabs",
        "last comma",
        "old mac",
        "quotes",
    ],
)
@pytest.mark.parametrize("name", ["set.csv", "SET.CSV"])
def test_spaces_capitals_and_semicolons_make_no_other_table(tmp_path: Path, text: str, name: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8", newline="")
    pack = read_pack(tmp_path / name, task="human_eye")
    assert list(pack.table["image"]) == ["a.png", "b c.png"] and list(pack.table["split"]) == ["val", "train"]
    assert pack.targets(("cataract", "no_finding")).tolist() == [[1, 0], [1, 1]]
    assert pack.groups == ("01", "alone 1")


def test_a_table_of_utf_16_is_read_as_spreadsheets_call_unicode_text(tmp_path: Path) -> None:
    (tmp_path / "set.txt").write_bytes(PLAIN.replace(",", "\t").encode("utf-16"))
    assert list(read_pack(tmp_path / "set.txt", task="human_eye").table["image"]) == ["a.png", "b c.png"]


def test_names_and_labels_of_digits_stay_as_they_are_written(tmp_path: Path) -> None:
    (tmp_path / "set.csv").write_text("image,label\n0012,01\n0013,\n")
    table = read_pack(tmp_path / "set.csv", task="human_eye").table
    assert list(table["image"]) == ["0012", "0013"] and table["label"][0] == "01"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "set.csv is empty"),
        (b"image,label\n", "set.csv has column names and no row"),
        ("image,label\nR\u00fccken.png,cataract\n".encode("latin-1"), "set.csv is not in UTF-8; save it again"),
        (b"image,label\na.png,cataract\na.png,cataract,,,\n", "set.csv is no table: Expected 2 fields in line 3"),
        (b"image,label\n1,a.png,cataract\n", "set.csv is no table: its rows have more cells than"),
        (b"image,label,split\na.png,nv,val\na.png,nv,Train\n", "no row of split test; the table has train, val"),
        (b"photo;label\na.png;cataract\n", "set.csv lacks the column image"),
    ],
    ids=["nothing", "no row", "latin-1", "ragged", "no name", "no such split", "no image"],
)  # fmt: skip
def test_a_table_that_cannot_be_measured_is_refused_in_one_sentence(
    tmp_path: Path, data: bytes, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    put_on_shelf(tmp_path / "registry")
    drawn_eye(96, 80).save(tmp_path / "a.png")
    (tmp_path / "set.csv").write_bytes(data)
    where = ["--data", str(tmp_path / "set.csv"), "--registry", str(tmp_path / "registry")]
    assert main(["evaluate", "human_eye", "--split", "test", *where]) == 2
    assert said in (error := capsys.readouterr().err) and error.count("\n") == 1
