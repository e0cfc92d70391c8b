"""A run is released once, with figures that serving confirms."""

import json
import random
from pathlib import Path

import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file

from ml.inference import Diagnoser
from ml.preprocess import to_input
from ml.training.commands import train_task
from ml.training.evaluation import evaluate_task
from ml.training.provenance import INTAKE
from ml.training.releasing import averaged, release_task
from tests.ml.drawn_pack import SMALL, carpet, drawing


def _strangers(pack: Path) -> None:
    """Lay photos that show no lesion beside the pack."""
    dice, rows = random.Random(1), []
    for number in range(40):
        carpet(dice).save(pack / f"carpet{number}.png")
        rows.append(f"carpet{number}.png,kind {number},drawn")
    (pack / "not_a_lesion.csv").write_text("image,label,origin\n" + "\n".join(rows))


def _kinship(picture: Image.Image, registry: Path) -> float:
    """How much a picture is like the task's own to the released intake."""
    diagnoser = Diagnoser.load("human_eye", registry=registry)
    card, intake = diagnoser.card, diagnoser.intake
    assert intake is not None
    image = to_input(picture, size=card.image_size, mean=card.mean, std=card.std)
    return float(intake.kinship(intake.shares(diagnoser.runtime(image[None]).statistics))[0])


@pytest.mark.slow
def test_a_trained_miniature_is_released_and_answers(pack: Path, tmp_path: Path) -> None:
    train_task("human_eye", pack, (), tmp_path / "run", changes=[*SMALL, "epochs=4", "reading=0.3"])
    registry = tmp_path / "registry"
    _strangers(pack)
    card = release_task("human_eye", pack, (), tmp_path / "run", version="1", registry=registry)
    assert card.measured["n"] == 12 and card.measured["metrics"]["balanced_accuracy"]["value"] > 0.9
    answer = Diagnoser.load("human_eye", registry=registry).diagnose(drawing("cataract", random.Random(9)))
    assert answer.candidates[0].label == "cataract"
    kept = load_file(registry / "human_eye" / "1" / "weights.safetensors")["reading.weight"]
    assert kept.dtype == torch.float16  # rounded as in the exported network, so that both runtimes answer alike
    assert INTAKE in card.data and card.measured["metrics"]["scope_auroc"]["value"] > 0.9
    assert _kinship(drawing("cataract", random.Random(9)), registry) > _kinship(carpet(random.Random(9)), registry)
    assert (registry / "human_eye" / "1" / "plots" / "confusion.png").is_file()
    measured = evaluate_task(
        "human_eye", pack / "human_eye.csv", (pack,), split="val", out=tmp_path / "out", registry=registry
    )
    for name, figure in measured["metrics"].items():  # what is released and what is served say the same
        assert figure == pytest.approx(card.measured["metrics"][name], abs=1e-3), name
    assert json.loads((tmp_path / "out" / "measured.json").read_text())["n"] == 12


def test_the_mean_of_weights_lies_between_them_and_needs_one_network(tmp_path: Path) -> None:
    for name, value, size in (("a", 1.0, 2), ("b", 4.0, 2), ("c", 0.0, 3)):
        save_file({"w": torch.full((size,), value), "n": torch.tensor(7)}, tmp_path / name)
    mean = load_file(averaged([tmp_path / "a", tmp_path / "b"], tmp_path / "mean"))
    assert mean["w"].tolist() == [2.5, 2.5] and mean["n"] == 7 and not mean["n"].is_floating_point()
    with pytest.raises(ValueError, match="one network"):
        averaged([tmp_path / "a", tmp_path / "c"], tmp_path / "none")


@pytest.mark.slow
def test_a_release_never_changes(pack: Path, tmp_path: Path) -> None:
    (tmp_path / "registry" / "human_eye" / "1").mkdir(parents=True)
    train_task("human_eye", pack, (), tmp_path / "run", changes=[*SMALL, "epochs=1"])
    with pytest.raises(FileExistsError, match="released already"):
        release_task("human_eye", pack, (), tmp_path / "run", version="1", registry=tmp_path / "registry")


def test_damaged_weights_are_named_and_nothing_is_written(tmp_path: Path) -> None:
    (tmp_path / "cut.safetensors").write_bytes(b"abc")
    with pytest.raises(ValueError, match=r"cut\.safetensors is damaged"):
        averaged([tmp_path / "cut.safetensors"], tmp_path / "mean.safetensors")
    assert not (tmp_path / "mean.safetensors").exists()
