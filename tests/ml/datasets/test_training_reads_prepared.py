"""The contract between prepare and train: what one writes the other reads."""

from pathlib import Path

from ml.datasets.columns import COLUMNS
from ml.training.data import read_pack
from tests.ml.datasets.drawing import label_tree, prepared


def test_training_reads_what_prepare_writes(tmp_path: Path) -> None:
    label_tree(tmp_path / "in", ("healthy", "mange"), 10)
    report = prepared(tmp_path / "in", tmp_path / "out", name="dog_skin")
    pack = read_pack(tmp_path / "out", task="dog_skin")
    assert tuple(pack.table.columns) == COLUMNS
    assert len(pack.table) == report.images == 20
    assert {split: len(pack.part(split).table) for split in ("train", "val")} == report.split
    assert pack.targets(("healthy", "mange")).sum(0).tolist() == [10, 10]
    assert len(set(pack.groups)) == report.groups
    sizes = [picture.size for picture in pack.pictures()]
    assert sizes == list(zip(pack.table["width"], pack.table["height"], strict=True))
