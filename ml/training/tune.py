"""Search over a run's choices with Optuna: poor trials end early, and a stopped study goes on where it was."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import optuna
from optuna.storages import RDBStorage
from optuna.trial import TrialState
from tqdm import tqdm

from ml.training.data import Photos
from ml.training.experiment import Experiment
from ml.training.loop import train
from ml.training.space import SPACE

DATABASE, TABLE, BEST = "study.db", "study.csv", "best.json"
STOPPED = "stopped"  # marks a trial that a person ended; for the study, the numbers of those asked for again
WARM_UP = 3  # trials that run to the end before any is given up


def tune(
    experiment: Experiment,
    training: Photos,
    validation: Photos,
    out: Path,
    *,
    trials: int,
    search: Sequence[str],
) -> dict[str, Any]:
    """Run the study in ``out`` until it has ``trials`` finished trials; returns the best choices.

    Leaves ``study.db``, the table ``study.csv`` and ``best.json``. A trial that was interrupted is taken up again.

    Args:
        validation: Squares already of ``image_size``.
        search: Names of ``ml.training.space.SPACE``.

    Raises:
        ValueError: a name of ``search`` cannot be searched over.
    """
    if unknown := sorted(set(search) - set(SPACE)):
        raise ValueError(f"no search over {', '.join(unknown)}; there is {', '.join(SPACE)}")
    out.mkdir(parents=True, exist_ok=True)
    with _study(experiment, out) as study:
        _take_up_interrupted(study)
        for _ in tqdm(range(_finished(study), trials), desc="trials", unit="trial"):
            study.optimize(lambda trial: _one(trial, experiment, training, validation, out, search), n_trials=1)
            _write(study, out)
        best: dict[str, Any] = study.best_params
    return best


def _one(
    trial: optuna.Trial,
    experiment: Experiment,
    training: Photos,
    validation: Photos,
    out: Path,
    search: Sequence[str],
) -> float:
    """One trial: the best figure on ``val``; its folder is named by its choices, so that it can be taken up."""
    chosen = {name: SPACE[name](trial, name) for name in search}
    home = out / "trials" / hashlib.sha256(json.dumps(chosen, sort_keys=True).encode()).hexdigest()[:12]

    def watch(epoch: int, _loss: float, figure: float) -> None:
        trial.report(figure, epoch)
        if trial.should_prune():
            raise optuna.TrialPruned

    try:
        train(experiment.with_options(chosen), training, validation, home, watch=watch)
    except optuna.TrialPruned:
        shutil.rmtree(home)
        raise
    except KeyboardInterrupt:
        trial.set_user_attr(STOPPED, True)
        raise
    best = _best_logged(home / "log.csv")
    shutil.rmtree(home)  # the study keeps the figures; the winner is trained anew and at length
    return best


def _best_logged(log: Path) -> float:
    """The best figure of a run's log, epochs before an interruption included."""
    rows = log.read_text().splitlines()[1:]
    return max(float(row.split(",")[2]) for row in rows)


@contextmanager
def _study(experiment: Experiment, out: Path) -> Iterator[optuna.Study]:
    storage = RDBStorage(f"sqlite:///{out / DATABASE}")
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    try:
        study = optuna.create_study(
            storage=storage,
            study_name=experiment.task,
            direction="maximize",
            load_if_exists=True,
            pruner=optuna.pruners.MedianPruner(n_startup_trials=WARM_UP, n_warmup_steps=1),
        )
        # A seed of its own for each call: the same one would ask again for what was tried already.
        study.sampler = optuna.samplers.TPESampler(seed=experiment.seed + len(study.get_trials(deepcopy=False)))
        yield study
    finally:
        storage.remove_session()
        storage.engine.dispose()


def _take_up_interrupted(study: optuna.Study) -> None:
    """A trial that was stopped or killed is asked for again, once; its folder has its last epoch."""
    taken_up = set(study.user_attrs.get(STOPPED, []))
    for trial in study.get_trials(states=(TrialState.RUNNING, TrialState.FAIL)):
        if trial.state is TrialState.RUNNING:
            study.tell(trial.number, state=TrialState.FAIL)
        elif not trial.user_attrs.get(STOPPED):
            continue  # it failed for a reason of its own
        if trial.number not in taken_up:
            study.enqueue_trial(trial.params)
            taken_up.add(trial.number)
    study.set_user_attr(STOPPED, sorted(taken_up))


def _finished(study: optuna.Study) -> int:
    return len(study.get_trials(deepcopy=False, states=(TrialState.COMPLETE, TrialState.PRUNED)))


def _write(study: optuna.Study, out: Path) -> None:
    """The table of all trials, and the best choices as ``--set`` takes them."""
    table = study.trials_dataframe(attrs=("number", "state", "value", "params", "duration"))
    table.to_csv(out / TABLE, index=False)
    if study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,)):
        (out / BEST).write_text(json.dumps(study.best_params, indent=2) + "\n", encoding="utf-8")
