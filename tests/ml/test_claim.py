"""A folder belongs to one run: another one is refused, the same one goes on."""

import json
from functools import partial
from pathlib import Path

import pytest

from ml.__main__ import main
from ml.training.commands import train_task, tune_task
from tests.ml.drawn_pack import SMALL


@pytest.fixture
def finished(pack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A run of whose training nothing but its folder matters."""
    monkeypatch.setattr("ml.training.commands.train", lambda *_parts, **_named: tmp_path / "best.safetensors")
    train_task("human_eye", pack, (), tmp_path / "run", changes=SMALL)
    (tmp_path / "run" / "state.pt").write_bytes(b"weights")
    return tmp_path / "run"


def test_a_finished_run_is_not_filled_with_other_choices(pack: Path, finished: Path) -> None:
    before = (finished / "experiment.json").read_text()
    with pytest.raises(ValueError, match="holds a run with another epochs, image_size; name another folder"):
        train_task("human_eye", pack, (), finished, changes=[*SMALL, "epochs=3", "image_size=32"])
    assert (finished / "experiment.json").read_text() == before


def test_a_finished_run_is_not_taken_for_one_on_other_data(pack: Path, finished: Path) -> None:
    train_task("human_eye", pack, (), finished, changes=SMALL)  # the same goes on
    table = pack / "human_eye.csv"
    table.write_text(table.read_text().replace("0.png,cataract", "0.png,conjunctivitis"))
    with pytest.raises(ValueError, match="holds a run on other data; name another folder"):
        train_task("human_eye", pack, (), finished, changes=SMALL)


def test_a_search_is_not_taken_for_one_on_other_data_or_with_other_choices(
    pack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ml.training.commands.tune", lambda *_parts, **_named: {})
    search = partial(tune_task, "human_eye", pack, (), tmp_path, trials=1)
    search(changes=SMALL)
    (tmp_path / "study.db").write_bytes(b"trials")
    search(changes=SMALL)  # the same goes on
    with pytest.raises(ValueError, match="holds a search with another epochs; name another folder"):
        search(changes=[*SMALL, "epochs=3"])
    table = pack / "human_eye.csv"
    table.write_text(table.read_text().replace("0.png,cataract", "0.png,conjunctivitis"))
    with pytest.raises(ValueError, match="holds a search on other data; name another folder"):
        search(changes=SMALL)


def test_a_run_that_wrote_down_no_data_goes_on(pack: Path, finished: Path) -> None:
    (finished / "data.json").unlink()
    choices = json.loads((finished / "experiment.json").read_text())
    del choices["erase"]  # which did not exist then
    (finished / "experiment.json").write_text(json.dumps(choices))
    with pytest.raises(ValueError, match="another erase"):
        train_task("human_eye", pack, (), finished, changes=[*SMALL, "erase=0.5"])
    train_task("human_eye", pack, (), finished, changes=SMALL)
    assert (finished / "data.json").is_file()


def test_a_quick_run_has_a_folder_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    folders: list[Path] = []
    monkeypatch.setattr("ml.training.commands.train_task", lambda *given, **_named: folders.append(given[3]))
    for more in ([], ["--quick"], ["--quick", "--out", "mine"]):
        main(["train", "human_eye", "--data", "x", *more])
    assert folders == [Path("runs/human_eye"), Path("runs/human_eye-quick"), Path("mine")]
