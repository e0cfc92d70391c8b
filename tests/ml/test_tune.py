"""A search over a run's choices: it can be stopped, gives poor trials up, and leaves a table and the best choices."""

import json
from pathlib import Path

import optuna
import pandas as pd
import pytest
import torch

from ml.training import tune as tuning
from ml.training.data import Photos
from ml.training.experiment import Experiment
from ml.training.loop import Watch
from ml.training.space import SPACE, USUAL
from ml.training.tune import tune

EXPERIMENT = Experiment("human_skin", ("a", "b"), epochs=3)
NOTHING = Photos(torch.empty(0, 3, 8, 8, dtype=torch.uint8), torch.empty(0, 2))
Runs = list[tuple[float, int]]


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> Runs:
    """In place of training: the nearer the learning rate to 1e-3, the better; gives (rate, epochs) of each run."""
    seen: Runs = []

    def pretend(
        experiment: Experiment, training: Photos, validation: Photos, out: Path, *, watch: Watch, **_more: object
    ) -> None:
        out.mkdir(parents=True, exist_ok=True)
        figure = 1 / (1 + abs(torch.log10(torch.tensor(experiment.learning_rate)).item() + 3))
        for epoch in range(1, experiment.epochs + 1):
            seen.append((experiment.learning_rate, epoch))
            fresh = not (out / "log.csv").is_file()
            with (out / "log.csv").open("a") as log:
                log.write(("epoch,loss,val\n" if fresh else "") + f"{epoch},1.0,{figure}\n")
            watch(epoch, 1.0, figure)

    monkeypatch.setattr(tuning, "train", pretend)
    return seen


def search(out: Path, trials: int, names: tuple[str, ...] = ("learning_rate",)) -> dict[str, object]:
    return tune(EXPERIMENT, NOTHING, NOTHING, out, trials=trials, search=names)


def test_the_search_leaves_the_best_choices_and_a_table_of_all(runs: Runs, tmp_path: Path) -> None:
    best = search(tmp_path, 8)
    table = pd.read_csv(tmp_path / "study.csv")
    assert len(table) == 8 and set(table["state"]) <= {"COMPLETE", "PRUNED"}
    assert best == json.loads((tmp_path / "best.json").read_text())
    whole = table[table["state"] == "COMPLETE"]
    winner = whole.sort_values("value").iloc[-1]
    assert best["learning_rate"] == pytest.approx(winner["params_learning_rate"])
    assert not list((tmp_path / "trials").iterdir())


def test_a_poor_trial_is_given_up(runs: Runs, tmp_path: Path) -> None:
    search(tmp_path, 8)
    table = pd.read_csv(tmp_path / "study.csv")
    assert (table["state"] == "PRUNED").any() and len(runs) < 8 * EXPERIMENT.epochs


def test_a_second_call_adds_to_the_first(runs: Runs, tmp_path: Path) -> None:
    search(tmp_path, 2)
    assert len({rate for rate, _epoch in runs}) == 2
    search(tmp_path, 5)
    assert len(pd.read_csv(tmp_path / "study.csv")) == 5 and len({rate for rate, _epoch in runs}) == 5


def test_an_interrupted_trial_is_taken_up_with_its_choices(
    runs: Runs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    train, calls = getattr(tuning, "train"), []  # noqa: B009 (it is tune's, not offered to others)

    def interrupted(*given: object, **more: object) -> None:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        train(*given, **more)

    monkeypatch.setattr(tuning, "train", interrupted)
    with pytest.raises(KeyboardInterrupt):
        search(tmp_path, 3)
    search(tmp_path, 3)
    table = pd.read_csv(tmp_path / "study.csv")
    stopped = table[table["state"] == "FAIL"]["params_learning_rate"].item()
    finished = table[table["state"] == "COMPLETE"]["params_learning_rate"]
    assert len(finished) == 3 and stopped in finished.to_list()


def test_only_what_can_be_searched_is_searched(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no search over colour_of_day; there is learning_rate"):
        search(tmp_path, 1, ("colour_of_day",))


@pytest.mark.parametrize("name", SPACE)
def test_every_suggestion_is_a_choice_of_the_experiment(name: str) -> None:
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    EXPERIMENT.with_options({name: SPACE[name](study.ask(), name)})


def test_the_usual_search_can_be_released() -> None:
    assert set(USUAL) <= set(SPACE) and "pooling" not in USUAL
