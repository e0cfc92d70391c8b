"""A miniature is trained, stopped, resumed, released and asked; the drawn classes differ in shape and colour."""

import csv
import hashlib
import io
import json
import random
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from PIL import Image, ImageCms, ImageDraw
from safetensors.torch import load_file, save_file

from ml.__main__ import main
from ml.inference import Diagnoser, UnknownTask, UnreadablePhoto, read_photo
from ml.preprocess import to_input
from ml.training.augment import random_view
from ml.training.commands import open_task, train_task, tune_task
from ml.training.data import Pack, decoded, keep_labels, read_pack
from ml.training.evaluation import evaluate_task
from ml.training.experiment import EXPERIMENTS, Experiment, read_experiment
from ml.training.losses import Loss
from ml.training.provenance import INTAKE
from ml.training.releasing import averaged, release_task
from ml.training.run import Run

SMALL = ["image_size=64", "epochs=2", "batch_size=8", "head_epochs=5", "frozen_stages=5"]


def _drawing(label: str, dice: random.Random) -> Image.Image:
    picture = Image.new("RGB", (96, 80), (190 + dice.randrange(20), 160, 150))
    draw = ImageDraw.Draw(picture)
    x, y = dice.randrange(20, 40), dice.randrange(15, 30)
    if label == "cataract":
        draw.ellipse((x, y, x + 36, y + 36), (230, 230, 240))
    elif label == "conjunctivitis":
        draw.rectangle((x, y, x + 36, y + 30), (200, 30, 30))
    else:
        draw.line((x, y, x + 40, y + 30), (20, 60, 20), 6)
    return picture


def _carpet(dice: random.Random) -> Image.Image:
    """No eye at all: stripes."""
    picture = Image.new("RGB", (96, 80), (dice.randrange(60), dice.randrange(60), 90))
    draw = ImageDraw.Draw(picture)
    for x in range(dice.randrange(6), 96, 6):
        draw.line((x, 0, x, 80), (250, dice.randrange(256), 40), 3)
    return picture


def _strangers(pack: Path) -> None:
    """Lay photos that show no lesion beside the pack."""
    dice, rows = random.Random(1), []
    for number in range(40):
        _carpet(dice).save(pack / f"carpet{number}.png")
        rows.append(f"carpet{number}.png,kind {number},drawn")
    (pack / "not_a_lesion.csv").write_text("image,label,origin\n" + "\n".join(rows))


def _kinship(picture: Image.Image, registry: Path) -> float:
    """How much a picture is like the task's own to the released intake."""
    diagnoser = Diagnoser.load("human_eye", registry=registry)
    card, intake = diagnoser.card, diagnoser.intake
    assert intake is not None
    image = to_input(picture, size=card.image_size, mean=card.mean, std=card.std)
    return float(intake.kinship(intake.shares(diagnoser.runtime(image[None]).statistics))[0])


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A human_eye pack of 36 drawings: CSV and picture files in one folder."""
    dice, labels = random.Random(0), EXPERIMENTS["human_eye"].labels
    home = tmp_path / "pack"
    home.mkdir()
    rows = []
    for number in range(36):
        label = labels[number % 3]
        _drawing(label, dice).save(home / f"{number}.png")
        rows.append({"image": f"{number}.png", "label": label, "split": "train" if number < 24 else "val"})
    with (home / "human_eye.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return home


def _weights(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.slow
def test_a_trained_miniature_is_released_and_answers(pack: Path, tmp_path: Path) -> None:
    train_task("human_eye", pack, (), tmp_path / "run", changes=[*SMALL, "epochs=4", "reading=0.3"])
    registry = tmp_path / "registry"
    _strangers(pack)
    card = release_task("human_eye", pack, (), tmp_path / "run", version="1", registry=registry)
    assert card.measured["n"] == 12 and card.measured["metrics"]["balanced_accuracy"]["value"] > 0.9
    answer = Diagnoser.load("human_eye", registry=registry).diagnose(_drawing("cataract", random.Random(9)))
    assert answer.candidates[0].label == "cataract"
    kept = load_file(registry / "human_eye" / "1" / "weights.safetensors")["reading.weight"]
    assert kept.dtype == torch.float16  # rounded as in the exported network, so that both runtimes answer alike
    assert INTAKE in card.data and card.measured["metrics"]["scope_auroc"]["value"] > 0.9
    assert _kinship(_drawing("cataract", random.Random(9)), registry) > _kinship(_carpet(random.Random(9)), registry)
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


def test_decoding_is_done_once_and_a_broken_cache_is_started_again(pack: Path, tmp_path: Path) -> None:
    part = read_pack(pack, task="human_eye").part("val")
    cache = tmp_path / "val.npy"
    (tmp_path / "val.part").write_bytes(b"half")
    first = decoded(part, size=32, cache=cache)
    for picture in pack.glob("*.png"):
        picture.unlink()
    assert torch.equal(decoded(part, size=32, cache=cache), first) and first.shape == (12, 3, 32, 32)


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
    sent = _as_sent(_drawing("cataract", random.Random(3)))
    for name, data in sent.items():
        (tmp_path / name).write_bytes(data)
    table = pd.DataFrame({"image": list(sent)})
    for data, seen in zip(sent.values(), Pack(table, (tmp_path,)).pictures(), strict=True):
        served = read_photo(data)
        assert (seen.size, seen.mode, seen.tobytes()) == (served.size, "RGB", served.tobytes())


def test_a_photo_that_cannot_be_read_ends_the_training_with_its_name(pack: Path, tmp_path: Path) -> None:
    (pack / "7.png").write_bytes(b"no photo at all")
    with pytest.raises(UnreadablePhoto, match="the photo 7.png cannot be read"):
        train_task("human_eye", pack, (), tmp_path / "run", changes=SMALL)


def test_a_photo_too_small_to_be_sent_is_still_learned_from(tmp_path: Path) -> None:
    _drawing("cataract", random.Random(3)).resize((50, 36)).save(tmp_path / "a.png")
    (seen,) = Pack(pd.DataFrame({"image": ["a.png"]}), (tmp_path,)).pictures()
    assert seen.size == (50, 36)


def test_folders_are_split_by_what_a_turned_photo_shows(tmp_path: Path) -> None:
    home, turn = _label_folders(tmp_path / "data", count=1), Image.Exif()
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


def test_photos_without_a_wanted_label_are_left_out(pack: Path) -> None:
    kept = keep_labels(read_pack(pack, task="human_eye"), ("cataract",))
    assert len(kept.table) == 12 and set(kept.table["label"]) == {"cataract"}


def test_a_turned_view_has_no_black_corner() -> None:
    random.seed(0)
    white = torch.full((3, 40, 40), 255, dtype=torch.uint8)
    experiment = Experiment("human_skin", ("nv",), image_size=32, colour=0.0)
    views = [np.asarray(random_view(white, experiment)) for _ in range(40)]
    assert all(view.shape == (3, 32, 32) and view.min() > 250 for view in views)


def test_an_erased_view_loses_up_to_half_of_the_photo_to_the_colour_of_the_rest() -> None:
    random.seed(0)
    torch.manual_seed(0)
    two_tone = torch.full((3, 40, 40), 50, dtype=torch.uint8)
    two_tone[:, :, 20:] = 150
    experiment = Experiment("human_eye", ("a",), image_size=40, colour=0.0, min_scale=1.0, rotate=False, erase=1.0)
    lost = [_between(random_view(two_tone, experiment)) for _ in range(40)]
    assert 0.05 < min(lost) < 0.2 and 0.4 < max(lost) < 0.55
    assert _between(random_view(two_tone, experiment.with_options({"erase": 0.0}))) < 0.05


def _between(view: torch.Tensor) -> float:
    """The share of a two-tone view that is neither tone."""
    return float(((view > 60) & (view < 140)).float().mean())


def test_an_unnamed_disease_costs_less_than_a_named_one() -> None:
    experiment = Experiment("dog_eye", ("a", "b"), kind="multilabel", unknown_weight=0.5)
    targets = torch.tensor([[1.0, 0.0]])
    loss = Loss(experiment, targets)
    missed, overstated = torch.tensor([[-4.0, -4.0]]), torch.tensor([[4.0, 4.0]])
    assert loss(missed, targets) > loss(overstated, targets)


def test_a_rare_class_is_not_drowned_by_a_common_one() -> None:
    experiment = Experiment("human_skin", ("nv", "mel"), label_smoothing=0.0)
    targets = torch.tensor([[1.0, 0.0]] * 9 + [[0.0, 1.0]])
    loss = Loss(experiment, targets)
    assert loss(torch.zeros(10, 2), targets) < torch.log(torch.tensor(2.0))  # the prior already explains the counts
    assert loss.log_prior[1] < loss.log_prior[0]


def _label_folders(home: Path, count: int = 20) -> Path:
    dice = random.Random(1)
    for label in ("cataract", "conjunctivitis"):
        (home / label).mkdir(parents=True)
        for number in range(count):
            noise = np.random.default_rng(dice.randrange(10**6)).integers(0, 255, (8, 9), dtype=np.uint8)
            Image.fromarray(noise).resize((90, 80)).convert("RGB").save(home / label / f"{number}.png")
    return home


def test_folders_named_after_labels_are_a_data_set(tmp_path: Path) -> None:
    table = read_pack(_label_folders(tmp_path / "data"), task="cat_eye").table
    assert set(table["label"]) == {"cataract", "conjunctivitis"} and len(table) == 40
    assert set(table["split"]) == {"train", "val"}


def test_copies_of_a_picture_stay_on_one_side_of_the_split(tmp_path: Path) -> None:
    home = _label_folders(tmp_path / "data")
    for file in list(home.glob("cataract/*.png")):
        Image.open(file).resize((180, 160)).save(file.with_suffix(".jpg"), quality=92)
    table = read_pack(home, task="cat_eye").table
    assert (table[table["label"] == "cataract"].groupby("group")["split"].nunique() == 1).all()
    assert table["group"].nunique() == 40  # each copy joined its original


def test_a_folder_without_table_or_pictures_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="neither a table nor folders"):
        read_pack(tmp_path, task="cat_eye")


@pytest.mark.slow
def test_cat_eye_trains_the_day_its_pictures_come(tmp_path: Path) -> None:
    home = _label_folders(tmp_path / "data", count=16)
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
