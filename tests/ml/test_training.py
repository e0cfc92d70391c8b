"""A miniature is trained, stopped, resumed and begun anew; the drawn classes differ in shape and colour."""

import hashlib
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from ml.__main__ import main
from ml.inference import UnknownTask, UnreadablePhoto
from ml.training.commands import find_rate_task, train_task
from ml.training.experiment import EXPERIMENTS, read_experiment
from ml.training.run import Run
from tests.ml.drawn_pack import SMALL, label_folders


def _weights(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.slow
def test_a_stopped_run_ends_as_an_unbroken_one(pack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = train_task("human_eye", pack, (), tmp_path / "whole", changes=SMALL)
    finish = Run.finish_epoch
    stopped: list[bool] = []

    def stop_once(run: Run, *rest: object) -> None:
        finish(run, *rest)  # type: ignore[arg-type]
        if not stopped:
            stopped.append(True)
            raise KeyboardInterrupt

    monkeypatch.setattr(Run, "finish_epoch", stop_once)
    with pytest.raises(KeyboardInterrupt):
        train_task("human_eye", pack, (), tmp_path / "broken", changes=SMALL)
    resumed = train_task("human_eye", pack, (), tmp_path / "broken", changes=SMALL)
    assert _weights(resumed) == _weights(whole)
    assert len((tmp_path / "broken" / "log.csv").read_text().splitlines()) == 3


@pytest.mark.parametrize(
    ("command", "goes_on"),
    [("train", True), ("tune", True), ("evaluate", True), ("explain", False), ("train --find-lr", False)],
)
def test_only_what_can_go_on_promises_to(
    command: str, goes_on: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stop(*_given: object, **_named: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.chdir(tmp_path)
    for verb in ("train_task", "tune_task", "find_rate_task"):
        monkeypatch.setattr(f"ml.training.commands.{verb}", stop)
    for verb in ("evaluation.evaluate_task", "explaining.explain_release"):
        monkeypatch.setattr(f"ml.training.{verb}", stop)
    assert main([*command.split(), "human_eye", "--data", "x"]) == 130
    assert ("goes on where it was" in capsys.readouterr().err) is goes_on


def test_a_table_without_one_of_the_splits_is_refused(pack: Path, tmp_path: Path) -> None:
    table = pack / "human_eye.csv"
    table.write_text(table.read_text().replace(",val", ",train"))
    with pytest.raises(ValueError, match="train and val"):
        train_task("human_eye", pack, (), tmp_path / "run", changes=SMALL)


def test_an_unknown_task_names_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(UnknownTask, match="dog_eye"):
        train_task("parrot_eye", tmp_path, (), tmp_path, changes=[])


def test_an_unknown_option_names_the_known_ones() -> None:
    with pytest.raises(ValueError, match="unknown option colour_of_day; known: .*image_size"):
        EXPERIMENTS["dog_eye"].with_options({"colour_of_day": 1})


def test_a_photo_that_cannot_be_read_ends_the_training_with_its_name(pack: Path, tmp_path: Path) -> None:
    (pack / "7.png").write_bytes(b"no photo at all")
    with pytest.raises(UnreadablePhoto, match="the photo 7.png cannot be read"):
        train_task("human_eye", pack, (), tmp_path / "run", changes=SMALL)


@pytest.mark.slow
def test_cat_eye_trains_the_day_its_pictures_come(tmp_path: Path) -> None:
    home = label_folders(tmp_path / "data", count=16)
    (home / "cataract").rename(home / "corneal_ulcer")
    assert train_task("cat_eye", home, (), tmp_path / "run", changes=[*SMALL, "epochs=1"]).is_file()


@pytest.mark.slow
def test_a_run_may_begin_where_another_ended(pack: Path, tmp_path: Path) -> None:
    first = train_task("human_eye", pack, (), tmp_path / "first", changes=[*SMALL, "epochs=4"])
    gently = ["epochs=1", "learning_rate=1e-5"]  # so that its loss tells where it began, not where it went
    train_task("human_eye", pack, (), tmp_path / "second", changes=[*SMALL, *gently], start=first)
    ended, began = ((tmp_path / run / "log.csv").read_text().splitlines() for run in ("first", "second"))
    assert float(began[1].split(",")[1]) < float(ended[1].split(",")[1])  # the loss of each one's first epoch


def test_a_run_writes_down_who_taught_it(pack: Path, tmp_path: Path) -> None:
    short = [*SMALL, "epochs=1"]
    train_task("human_eye", pack, (), tmp_path / "teacher", changes=short)
    train_task("human_eye", pack, (), tmp_path / "run", changes=[*short, "distil=0.5"], teachers=[tmp_path / "teacher"])
    assert read_experiment(tmp_path / "teacher").teachers == ()
    assert read_experiment(tmp_path / "run").teachers == ("tf_efficientnet_lite0",)


def test_an_epoch_may_draw_fewer_photos_than_there_are(pack: Path, tmp_path: Path) -> None:
    train_task("human_eye", pack, (), tmp_path / "few", changes=[*SMALL, "epoch_photos=8", "batch_size=4"])
    state = torch.load(tmp_path / "few" / "state.pt", weights_only=True)
    assert state["schedule"]["total_steps"] == 8 // 4 * state["epoch"] + 1


def test_a_run_without_an_epoch_is_refused(pack: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="an epoch or more"):
        train_task("human_eye", pack, (), tmp_path / "none", changes=["image_size=64", "epochs=0"])


def test_photos_too_few_for_a_batch_are_no_run_that_learns_nothing(pack: Path, tmp_path: Path) -> None:
    for attempt in (train_task, find_rate_task):
        with pytest.raises(ValueError, match="batch_size is 64, and an epoch has 24 photos to learn from"):
            attempt("human_eye", pack, (), tmp_path / "run", changes=["image_size=64", "batch_size=64"])
    assert not (tmp_path / "run" / "best.safetensors").exists()


def test_weights_that_do_not_fit_are_refused_by_name(pack: Path, tmp_path: Path) -> None:
    (tmp_path / "junk.safetensors").write_bytes(b"abc")
    save_file({"other": torch.zeros(1)}, tmp_path / "other.safetensors")
    for name, words in (("junk", "is damaged"), ("other", "holds no weights of this backbone")):
        with pytest.raises(ValueError, match=rf"{name}.safetensors {words}"):
            start = tmp_path / f"{name}.safetensors"
            train_task("human_eye", pack, (), tmp_path / "run", changes=SMALL, start=start)
