"""What a run may choose: each choice does what it says, and the usual ones change nothing."""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from ml.inference import Diagnoser
from ml.network import LesionNet
from ml.training.balance import balanced_sampler, class_weights
from ml.training.commands import options_of
from ml.training.curves import curves
from ml.training.data import Pack, Photos
from ml.training.experiment import Experiment
from ml.training.loop import new_run, train
from ml.training.losses import Loss
from ml.training.mixing import mixing
from ml.training.rates import find_rate, smoothed, steepest
from ml.training.release import release
from ml.training.run import Run
from ml.training.teacher import read_teacher, taught_by
from tests.ml.shelf import CARD, put_on_shelf

LABELS = ("a", "b", "c")
TINY = Experiment("human_skin", LABELS, backbone="test_efficientnet", image_size=64, epochs=2, batch_size=4,
                  head_epochs=1, frozen_stages=0)  # fmt: skip


@pytest.fixture(autouse=True, scope="module")
def no_imagenet() -> Iterator[None]:
    """The tiny network has no packaged weights: it begins with the random ones of the seed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ml.training.run.load_imagenet", lambda net, backbone: "none")
        yield


@pytest.fixture(scope="module")
def usual(no_imagenet: None, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Checksum of the weights that the usual choices lead to in one epoch."""
    return trained(TINY.with_options({"epochs": 1}), tmp_path_factory.mktemp("usual"))


def photos(count: int = 12, size: int = 72) -> Photos:
    """Squares whose brightness is their class."""
    generator = torch.Generator().manual_seed(0)
    noise = torch.randint(0, 60, (count, 3, size, size), generator=generator, dtype=torch.uint8)
    kind = (torch.arange(count) % 6).clamp_max(2)  # one, one and four of six
    return Photos(noise + (kind * 80).to(torch.uint8)[:, None, None, None], torch.eye(3)[kind])


def trained(experiment: Experiment, out: Path) -> str:
    """Checksum of the best weights of a run of a few seconds."""
    best = train(experiment, photos(), photos(6, size=64), out, workers=0)
    return hashlib.sha256(best.read_bytes()).hexdigest()


def test_the_same_seed_gives_the_same_weights_and_another_gives_others(tmp_path: Path) -> None:
    first, again = trained(TINY, tmp_path / "1"), trained(TINY, tmp_path / "2")
    assert first == again
    assert trained(TINY.with_options({"seed": 1}), tmp_path / "3") != first


@pytest.mark.parametrize(
    "choice",
    [
        {"pooling": "max"},
        {"pooling": "catavgmax"},
        {"optimiser": "adam"},
        {"optimiser": "nadam"},
        {"optimiser": "sgd"},
        {"balance": "weights"},
        {"balance": "sampler"},
        {"balance": "root"},
        {"focal": 2.0},
        {"mixup": 0.4},
        {"cutmix": 1.0},
        {"mixup": 0.4, "cutmix": 1.0},
        {"erase": 0.5},
        {"precision": "bfloat16"},
        {"frozen_stages": 4},
        {"kind": "multilabel", "balance": "weights", "focal": 1.0, "mixup": 0.3},
    ],
    ids=str,
)
def test_every_choice_trains_and_changes_the_weights(choice: dict[str, object], usual: str, tmp_path: Path) -> None:
    assert trained(TINY.with_options({"epochs": 1} | choice), tmp_path) != usual


def test_a_choice_that_does_not_exist_names_those_that_do() -> None:
    with pytest.raises(ValueError, match="optimiser is one of adamw, adam, nadam, sgd, not lion"):
        TINY.with_options({"optimiser": "lion"})


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("epochs=many", 'epochs is a whole number, 0 or more, not "many"'),
        ("epochs=2.5", "epochs is a whole number"),
        ("learning_rate=fast", 'learning_rate is a number, 0 or more, not "fast"'),
        ("learning_rate=NaN", "learning_rate is a number"),
        ("rotate=1", "rotate is true or false, not 1"),
        ("mean=[0.5]", "mean is a list such as"),
        ("views=mirrored", 'views is a list such as ["whole"], not "mirrored"'),
        ('views=["sideways"]', "views are"),
        ("image_size=0", "image_size is 32 or more"),
        ("kind=foo", "kind is one of multiclass, multilabel, not foo"),
        ("backbone=nope", "timm has no backbone nope"),
        ("label_smoothing=3", "label_smoothing is a share, from 0 to 1, not 3"),
        ("distil=1.5", "distil is a share, from 0 to 1, not 1.5"),
    ],
)
def test_a_value_that_cannot_be_is_refused_in_a_sentence(change: str, said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        TINY.with_options(options_of([change]))


def test_a_whole_number_may_stand_for_a_number_and_a_list_for_names() -> None:
    changed = TINY.with_options(options_of(["learning_rate=1", 'views=["whole","mirrored"]', 'main_labels=["a"]']))
    assert (changed.learning_rate, changed.views, changed.main_labels) == (1, ("whole", "mirrored"), ("a",))


def test_a_run_written_before_a_choice_existed_goes_on(tmp_path: Path) -> None:
    trained(TINY, tmp_path)
    state = torch.load(tmp_path / "state.pt", weights_only=True)
    for name in ("pooling", "optimiser", "balance", "focal", "mixup", "cutmix", "precision", "patience", "erase"):
        del state["experiment"][name]
    for name in ("last", "stale"):
        del state[name]
    torch.save(state, tmp_path / "state.pt")
    run = new_run(TINY, photos())
    assert run.resume(tmp_path / "state.pt") and run.epoch == 2
    assert not new_run(TINY.with_options({"focal": 1.0}), photos()).resume(tmp_path / "state.pt")


def test_a_run_that_no_longer_improves_ends_early(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ml.training.run.main_metric", lambda kind, among: lambda p, t: 0.5)  # never better
    trained(TINY.with_options({"epochs": 9, "patience": 2}), tmp_path)
    assert len((tmp_path / "log.csv").read_text().splitlines()) == 1 + 3  # the best, and two without a better one


def test_the_weight_of_a_class_is_inverse_to_its_count() -> None:
    targets = torch.tensor([[1.0, 0, 0]] * 6 + [[0, 1.0, 0]] * 2)
    assert class_weights(targets) == pytest.approx([0.5, 1.5, 0.0])


def test_the_sampler_draws_rare_classes_as_often_as_common_ones() -> None:
    targets = torch.eye(2)[torch.tensor([0] * 900 + [1] * 100)]
    torch.manual_seed(0)
    drawn = targets[list(balanced_sampler(targets, 1000))].mean(0)
    assert drawn == pytest.approx([0.5, 0.5], abs=0.06)


def test_half_the_way_a_class_comes_as_often_as_the_root_of_its_count() -> None:
    targets = torch.eye(2)[torch.tensor([0] * 900 + [1] * 100)]
    torch.manual_seed(0)
    drawn = targets[list(balanced_sampler(targets, 1000, 0.5))].mean(0)
    assert drawn == pytest.approx([0.75, 0.25], abs=0.06)  # 30 to 10


def test_class_weights_and_focus_change_what_a_mistake_costs() -> None:
    targets = torch.tensor([[1.0, 0, 0]] * 9 + [[0, 1.0, 0]])
    logits = torch.zeros(10, 3)
    logits[-1, 0] = 3.0  # the rare one is taken for the common one
    plain = TINY.with_options({"prior_strength": 0.0, "label_smoothing": 0.0})
    weighted = plain.with_options({"balance": "weights"})
    assert Loss(weighted, targets)(logits, targets) > 1.4 * Loss(plain, targets)(logits, targets)
    sure = torch.tensor([[9.0, 0, 0]])
    focused = Loss(plain.with_options({"focal": 2.0}), targets)
    assert focused(sure, targets[:1]) < 1e-3 * Loss(plain, targets)(sure, targets[:1])


def test_mixed_photos_have_mixed_targets() -> None:
    torch.manual_seed(1)
    images, targets = torch.rand(4, 3, 8, 8), torch.eye(3)[[0, 1, 2, 0]]
    for name in ("mixup", "cutmix"):
        mix = mixing(TINY.with_options({name: 1.0}))
        assert mix is not None
        mixed, shares = mix(images, targets)
        assert mixed.shape == images.shape and not torch.equal(mixed, images)
        assert shares.sum(1) == pytest.approx([1.0] * 4) and ((shares > 0).sum(1) == 2).any()
    assert mixing(TINY) is None


def test_pooling_side_by_side_doubles_what_the_head_reads() -> None:
    narrow, wide = (LesionNet("test_efficientnet", 3, pooling) for pooling in ("avg", "catavgmax"))
    assert wide.head.in_features == 2 * narrow.head.in_features


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        ({"pooling": "max"}, "max pooling hides where the evidence lies"),
        ({"backbone": "vit_small_patch14_dinov2"}, "has no feature map to show"),
        ({"reading": 0.3, "image_size": 200}, "a multiple of 32"),
    ],
)
def test_a_network_that_one_pass_cannot_explain_is_not_released(
    tmp_path: Path, choice: dict[str, Any], said: str
) -> None:
    nothing = Pack(None, ())  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=said):
        release(
            TINY.with_options(choice), tmp_path / "best.safetensors", "1",
            training=nothing, validation=nothing, registry=tmp_path,
        )  # fmt: skip


def test_a_version_with_letters_is_not_released(tmp_path: Path) -> None:
    nothing = Pack(None, ())  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"such as 2026.11.1, not v2026.12.1"):
        release(
            TINY, tmp_path / "best.safetensors", "v2026.12.1",
            training=nothing, validation=nothing, registry=tmp_path,
        )  # fmt: skip


def test_the_range_test_finds_where_the_loss_falls_fastest(tmp_path: Path) -> None:
    rates = np.logspace(-6, 0, 61)
    losses = 1 / (1 + np.exp(4 * (np.log10(rates) + 3)))  # falls around 1e-3
    assert steepest(rates, losses) == pytest.approx(1e-3, rel=0.3)
    assert smoothed([2.0, 2.0, 2.0]) == pytest.approx([2.0] * 3)
    rate = find_rate(TINY, photos(), tmp_path, steps=8)
    assert 1e-6 <= rate <= 1
    rows = (tmp_path / "lr.csv").read_text().splitlines()
    assert rows[0] == "learning_rate,loss" and float(rows[1].split(",")[0]) == pytest.approx(1e-6)
    assert (tmp_path / "lr.png").is_file()


def test_tensorboard_gets_a_point_an_epoch(tmp_path: Path) -> None:
    with curves(tmp_path) as watch:
        train(TINY, photos(), photos(6, size=64), tmp_path, workers=0, watch=watch)
    assert list((tmp_path / "tensorboard").glob("events.*"))


def test_an_interrupted_epoch_leaves_the_one_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = trained(TINY, tmp_path / "whole")
    step, calls = Run.step, []

    def interrupted(run: Run, squares: torch.Tensor, targets: torch.Tensor) -> float:
        calls.append(1)
        if len(calls) == 5:  # in the middle of the second epoch of three batches
            raise KeyboardInterrupt
        return step(run, squares, targets)

    monkeypatch.setattr(Run, "step", interrupted)
    with pytest.raises(KeyboardInterrupt):
        trained(TINY, tmp_path / "broken")
    assert trained(TINY, tmp_path / "broken") == whole


def taught(out: Path, **options: object) -> Path:
    """The folder of a finished run."""
    experiment = TINY.with_options({"epochs": 1, **options})
    train(experiment, photos(), photos(6, size=64), out, workers=0)
    (out / "experiment.json").write_text(json.dumps(asdict(experiment)))
    return out


def test_a_student_learns_from_the_mean_of_its_teachers(tmp_path: Path) -> None:
    folders = [taught(tmp_path / "1"), taught(tmp_path / "2", image_size=96, seed=5)]
    teacher = read_teacher(folders, TINY.with_options({"distil": 0.5}), torch.device("cpu"))
    assert teacher
    images = torch.randn(4, 3, 64, 64)
    larger = torch.nn.functional.interpolate(images, (96, 96), mode="bilinear", antialias=True)
    nets = [member.net for member in teacher.members]
    each = [net(seen).softmax(1) for net, seen in zip(nets, (images, larger), strict=True)]
    wanted = (each[0] + each[1]) / 2
    assert torch.allclose(teacher(images), wanted, atol=1e-6)
    unlike, alike = teacher.loss(torch.zeros(4, 3), images), teacher.loss(wanted.log(), images)
    assert alike < unlike and not any(p.requires_grad for net in nets for p in net.parameters())


def on_shelf(registry: Path) -> Path:
    """The folder of a release whose answer is its reading's in part, and whose numbers were calibrated."""
    experiment = TINY.with_options({"image_size": 96, "teachers": ("vit_small_patch14_dinov2",)})
    card = replace(
        CARD, task="human_skin", labels=LABELS, image_size=96, temperature=2.0, experiment=asdict(experiment)
    )
    return registry / card.task / put_on_shelf(registry, card, reading=True).version


def test_a_release_teaches_what_it_answers(tmp_path: Path) -> None:
    folder = on_shelf(tmp_path)
    teacher = read_teacher([folder], TINY.with_options({"distil": 0.5}), torch.device("cpu"))
    assert teacher
    images = torch.randn(4, 3, 96, 96)
    runtime = Diagnoser.load("human_skin", registry=tmp_path).runtime
    logits = torch.from_numpy(runtime(images.numpy()).logits)
    assert torch.allclose(teacher(images), (logits / 2).softmax(1), atol=1e-5)


def test_a_student_names_the_teachers_of_its_teachers_as_well(tmp_path: Path) -> None:
    folders = [on_shelf(tmp_path / "shelf"), taught(tmp_path / "run")]
    assert taught_by(folders) == ("test_efficientnet", "vit_small_patch14_dinov2")


def test_a_teacher_changes_what_is_learned(tmp_path: Path, usual: str) -> None:
    folder = taught(tmp_path / "teacher", seed=7)
    experiment = TINY.with_options({"epochs": 1, "distil": 0.9})
    best = train(experiment, photos(), photos(6, size=64), tmp_path / "student", teachers=[folder], workers=0)
    assert hashlib.sha256(best.read_bytes()).hexdigest() != usual


@pytest.mark.parametrize("options", [{"distil": 0.0}, {"distil": 0.5, "labels": ("a", "b", "d")}], ids=str)
def test_a_teacher_of_other_labels_or_without_a_share_is_refused(tmp_path: Path, options: dict[str, object]) -> None:
    folder = taught(tmp_path / "teacher")
    with pytest.raises(ValueError, match="go together|other labels"):
        read_teacher([folder], TINY.with_options(options), torch.device("cpu"))


def test_an_unconfirmed_absence_follows_the_teacher(tmp_path: Path) -> None:
    folder = taught(tmp_path / "teacher", kind="multilabel")
    student = TINY.with_options({"kind": "multilabel", "distil": 1.0})
    teacher = read_teacher([folder], student, torch.device("cpu"))
    assert teacher
    images = torch.randn(2, 3, 64, 64)
    said = teacher(images)
    assert teacher.loss(said.logit(), images) < teacher.loss(torch.full((2, 3), -9.0), images)
