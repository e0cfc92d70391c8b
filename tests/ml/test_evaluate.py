"""``evaluate`` on a data set that it has never seen: whole, or with a sentence for everything it left out."""

import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from io import StringIO
from pathlib import Path
from unittest.mock import Mock

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from ml.__main__ import main
from ml.inference import Diagnoser, Finding
from ml.training.answers import Answers, ask
from ml.training.data import read_pack
from ml.training.evaluation import evaluate_task
from ml.training.figures import measured
from ml.training.report import _alerted
from ml.training.slices import slices
from ml.training.unfinished import Unfinished
from tests.ml.drawn import drawn_eye, jpeg
from tests.ml.shelf import CARD, LABELS, put_on_shelf

Rows = list[dict[str, object]]
Evaluate = Callable[..., int]


@pytest.fixture
def registry(tmp_path: Path) -> Path:
    put_on_shelf(tmp_path / "registry", favours=1)
    return tmp_path / "registry"


@pytest.fixture
def evaluate(tmp_path: Path, registry: Path) -> Evaluate:
    """Write a table and its photos into two zips, and run the command on them; gives the exit status."""

    def run(rows: Rows, damaged: tuple[int, ...] = (), absent: tuple[int, ...] = ()) -> int:
        table = pd.DataFrame([{"image": f"set/{number}.jpg", **row} for number, row in enumerate(rows)])
        table.to_csv(tmp_path / "unseen.csv", index=False)
        for half in (0, 1):
            with zipfile.ZipFile(tmp_path / f"{half}.zip", "w") as archive:
                for number in set(range(half, len(rows), 2)) - set(absent):
                    photo = b"scribble" if number in damaged else jpeg(drawn_eye(96, 80, seed=number))
                    archive.writestr(f"set/{number}.jpg", photo)
        images = [str(tmp_path / "0.zip"), str(tmp_path / "1.zip")]
        where = ["--out", str(tmp_path / "out"), "--registry", str(registry)]
        return main(["evaluate", "human_eye", "--data", str(tmp_path / "unseen.csv"), "--images", *images, *where])

    return run


def _measured(tmp_path: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads((tmp_path / "out" / "measured.json").read_text())
    return found


def test_a_set_without_any_other_column_is_measured_whole(tmp_path: Path, evaluate: Evaluate) -> None:
    assert evaluate([{"label": LABELS[number % 3]} for number in range(6)]) == 0
    figures = _measured(tmp_path)
    assert (figures["n"], figures["split"], figures["slices"]) == (6, "all", [])
    assert figures["metrics"]["balanced_accuracy"]["value"] == pytest.approx(1 / 3, abs=1e-4)  # type: ignore[index]
    written = {path.name for path in (tmp_path / "out").iterdir()}
    plots = {"confusion.png", "reliability.png", "risk_coverage.png", "per_class.png"}
    assert written == {"measured.json", "report.md", "answers.csv"} | plots
    report = (tmp_path / "out" / "report.md").read_text()
    assert "No rows without a label that this model knows; no unreadable photos." in report


def test_unreadable_and_missing_photos_are_named_and_the_rest_is_measured(tmp_path: Path, evaluate: Evaluate) -> None:
    assert evaluate([{"label": LABELS[number % 3]} for number in range(6)], damaged=(1,), absent=(4,)) == 1
    figures = _measured(tmp_path)
    assert figures["n"] == 4
    assert set(figures["unreadable"]) == {"set/1.jpg", "set/4.jpg"}  # type: ignore[call-overload]
    assert "set/1.jpg: This is not a readable" in (tmp_path / "out" / "report.md").read_text()


def test_a_photo_too_small_for_serving_is_measured_as_it_was_in_training(tmp_path: Path, registry: Path) -> None:
    drawn_eye(96, 80).resize((50, 40)).save(tmp_path / "a.png")
    (tmp_path / "set.csv").write_text("image,label\na.png,cataract\n")
    figures = evaluate_task("human_eye", tmp_path / "set.csv", (), out=None, registry=registry)
    assert (figures["n"], figures["unreadable"]) == (1, {})


def test_a_photo_that_its_zip_does_not_give_away_is_named_and_the_rest_is_measured(
    tmp_path: Path, evaluate: Evaluate, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = zipfile.ZipFile.read

    def locked(archive: zipfile.ZipFile, name: str) -> bytes:
        if name == "set/1.jpg":
            raise RuntimeError("File 'set/1.jpg' is encrypted, password required for extraction")
        return read(archive, name)

    monkeypatch.setattr(zipfile.ZipFile, "read", locked)
    assert evaluate([{"label": LABELS[number % 3]} for number in range(4)]) == 1
    assert set(_measured(tmp_path)["unreadable"]) == {"set/1.jpg"}  # type: ignore[call-overload]


def test_labels_in_other_words_and_rows_of_one_photo_are_counted_once(tmp_path: Path, evaluate: Evaluate) -> None:
    first, again = {"label": "No Finding", "image": "set/0.jpg"}, {"label": "Cataract", "image": "set/0.jpg"}
    assert evaluate([first, again, {"label": "conjunctivitis; "}]) == 0
    figures = _measured(tmp_path)
    assert (figures["n"], figures["repeated_rows"], figures["unknown_labels"]) == (2, 1, {})
    assert [figures["per_class"][label]["n"] for label in LABELS] == [1, 1, 1]  # type: ignore[index]
    assert "1 rows name a photo again" in (tmp_path / "out" / "report.md").read_text()


def test_a_stopped_evaluation_goes_on_where_it_was(
    tmp_path: Path, evaluate: Evaluate, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rows: Rows = [{"label": LABELS[number % 3]} for number in range(6)]
    assert evaluate(rows) == 0
    whole = (tmp_path / "out" / "answers.csv").read_text()
    asked, diagnose = [], Diagnoser.diagnose

    def stopped(diagnoser: Diagnoser, *pictures: Image.Image, **about: object) -> Finding:
        asked.append(1)
        if len(asked) == 4:
            raise KeyboardInterrupt
        return diagnose(diagnoser, *pictures, **about)  # type: ignore[arg-type]

    monkeypatch.setattr(Diagnoser, "diagnose", stopped)
    assert evaluate(rows) == 130
    assert "the same command goes on where it was" in capsys.readouterr().err
    with (tmp_path / "out" / "unfinished.jsonl").open("a") as file:
        file.write('\n["half a li')  # as a killed run leaves it
    assert evaluate(rows) == 0
    assert len(asked) == 7  # three, the one that was stopped, and three
    said, known = (pd.read_csv(StringIO(text)).drop(columns="said_ms") for text in (_answers(tmp_path), whole))
    pd.testing.assert_frame_equal(said, known)
    assert not (tmp_path / "out" / "unfinished.jsonl").exists()


def _answers(tmp_path: Path) -> str:
    return (tmp_path / "out" / "answers.csv").read_text()


@pytest.mark.parametrize("change", ["card", "photo", "age"])
def test_an_answer_is_kept_for_one_release_one_photo_and_what_was_said_of_it(tmp_path: Path, change: str) -> None:
    kept = tmp_path / "unfinished.jsonl"
    ask_again = Mock(return_value={"abstained": False})
    Unfinished(CARD, kept).answer(b"photo", {"age": 40.0}, ask_again)
    Unfinished(CARD, kept).answer(b"photo", {"age": 40.0}, ask_again)
    assert ask_again.call_count == 1
    card = replace(CARD, temperature=2.0) if change == "card" else CARD
    photo, age = b"other" if change == "photo" else b"photo", 41.0 if change == "age" else 40.0
    Unfinished(card, kept).answer(photo, {"age": age}, ask_again)
    assert ask_again.call_count == 2


def test_figures_are_printed_where_no_report_can_be_written(
    tmp_path: Path, registry: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    drawn_eye(96, 80).save(tmp_path / "a.png")
    (tmp_path / "set.csv").write_text("image,label\na.png,cataract\n")
    (tmp_path / "runs").write_text("a file where the folder of reports would be")
    monkeypatch.chdir(tmp_path)
    assert main(["evaluate", "human_eye", "--data", "set.csv", "--registry", str(registry)]) == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["n"] == 1 and "--out names a folder" in said.err


def test_labels_the_model_does_not_know_are_counted_and_left_out(tmp_path: Path, evaluate: Evaluate) -> None:
    assert evaluate([{"label": "glaucoma"}, {"label": None}, {"label": "cataract"}, {"label": "cataract;uveitis"}]) == 0
    figures = _measured(tmp_path)
    assert figures["n"] == 2
    assert figures["unknown_labels"] == {"glaucoma": 1, "(none)": 1, "uveitis": 1}
    report = (tmp_path / "out" / "report.md").read_text().partition("## Not measured")[2]
    assert "2 rows without a label" in report
    assert "“uveitis”, which this model cannot answer, stands in 1 rows" in report


def test_a_set_of_strange_labels_is_refused_in_one_sentence(
    evaluate: Evaluate, capsys: pytest.CaptureFixture[str]
) -> None:
    assert evaluate([{"label": "glaucoma"}]) == 2
    assert "it knows" not in (said := capsys.readouterr().err)
    assert "which knows cataract, conjunctivitis, no_finding; they say glaucoma" in said


def test_images_that_are_not_there_are_refused_in_one_sentence(
    tmp_path: Path, registry: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "set.csv").write_text("image,label\na.jpg,cataract\n")
    options = ["--data", str(tmp_path / "set.csv"), "--registry", str(registry), "--out", str(tmp_path / "out")]
    assert main(["evaluate", "human_eye", *options, "--images", str(tmp_path / "no.zip")]) == 2
    assert "no images at no.zip" in capsys.readouterr().err
    (tmp_path / "no.zip").write_bytes(b"not a zip")
    assert main(["evaluate", "human_eye", *options, "--images", str(tmp_path / "no.zip")]) == 2
    assert "neither a zip nor a folder" in capsys.readouterr().err


def test_slices_are_cut_where_the_table_has_the_column_and_small_ones_are_marked(
    tmp_path: Path, evaluate: Evaluate
) -> None:
    young = {"label": "cataract", "age": 12.0, "sex": "female", "fitzpatrick": 5, "black_corners": 4}
    old = {"label": "conjunctivitis", "age": 70, "sex": None, "fitzpatrick": None, "black_corners": 0}
    assert evaluate([young] * 2 + [old] * 20) == 0
    parts = {(part["slice"], part["value"]): part for part in _measured(tmp_path)["slices"]}  # type: ignore[attr-defined]
    assert {key: part["n"] for key, part in parts.items()} == {
        ("age", "0–17"): 2, ("age", "70 and over"): 20, ("sex", "female"): 2, ("skin type", "V"): 2,
        ("black corners", "no"): 20, ("black corners", "yes"): 2,
    }  # fmt: skip
    assert parts["age", "0–17"]["few"] and not parts["age", "70 and over"]["few"]
    assert parts["age", "70 and over"]["metrics"]["accuracy"]["value"] == 1
    assert "| age: 0–17 | 2 (few) |" in (tmp_path / "out" / "report.md").read_text()


def test_ages_are_sliced_from_young_to_old() -> None:
    values = [value for _name, value, _rows in slices(pd.DataFrame({"age": [80, 3, 40, None, "?", 20]}))]
    assert values == ["0–17", "18–29", "30–49", "70 and over"]


def test_a_band_of_ages_begins_at_its_first_year() -> None:
    table = pd.DataFrame({"age": [0, 17, 18, 29, 30, 49, 50, 69, 70, 110]})
    counted = {value: np.flatnonzero(rows).tolist() for _name, value, rows in slices(table)}
    assert list(counted.values()) == [[0, 1], [2, 3], [4, 5], [6, 7], [8, 9]]


def test_values_that_begin_with_a_digit_are_slices_like_others() -> None:
    table = pd.DataFrame({"origin": ["ham", "7pt_criteria", "²"], "site": ["10th rib", "3rd finger", "3rd finger"]})
    values = [value for _name, value, _rows in slices(table.assign(fitzpatrick=["3-4", "1-2", "5"]))]
    assert values == ["ham", "²", "7pt_criteria", "V", "1-2", "3-4", "3rd finger", "10th rib"]


def test_an_evaluation_says_what_serving_says(tmp_path: Path, registry: Path) -> None:
    home = tmp_path / "pack"
    home.mkdir()
    drawn_eye(96, 80).save(home / "a.png")
    (home / "set.csv").write_text("image,label,age,sex\na.png,cataract,40,female\n")
    diagnoser = Diagnoser.load("human_eye", registry=registry)
    answers, _unreadable = ask(diagnoser, read_pack(home / "set.csv", task="human_eye"))
    served = {c.label: c.probability for c in diagnoser.diagnose(drawn_eye(96, 80)).candidates}
    assert dict(zip(LABELS, answers.probability[0], strict=True)) == pytest.approx(served)


def test_a_melanoma_out_of_scope_reaches_the_point_and_raises_no_alert() -> None:
    card = replace(CARD, labels=("mel", "nv"), operating_points={"mel": 0.2})
    said = pd.DataFrame({"alerts": [("mel",), (), ("mel",), ()]})
    answers = Answers(pd.DataFrame(), np.full((4, 2), 0.5), np.eye(2)[[0, 0, 1, 1]], (), said)
    assert _alerted(card, answers)["melanoma_alerted"]["value"] == 0.5
    assert (
        measured(card, answers.probability, answers.targets, split="all", rounds=9)["metrics"]["melanoma_recall"][
            "value"
        ]
        == 1.0
    )


def test_a_named_release_is_measured(tmp_path: Path, registry: Path) -> None:
    put_on_shelf(registry, replace(CARD, version="2026.12"), favours=0)
    drawn_eye(96, 80).save(tmp_path / "a.png")
    (tmp_path / "set.csv").write_text("image,label\na.png,cataract\n")
    for version, right in (("2026.11.1", 0), ("2026.12", 1), (None, 1)):
        figures = evaluate_task("human_eye", tmp_path / "set.csv", (), out=None, registry=registry, version=version)
        assert figures["beyond"]["accuracy"]["value"] == right


def test_a_figure_that_cannot_be_had_is_left_out_and_not_nan() -> None:
    figures = measured(CARD, np.array([[0.8, 0.1, 0.1]] * 3), np.eye(3)[[0, 0, 0]], split="all", rounds=20)
    assert "mean_auroc" not in figures["metrics"] and figures["metrics"]["balanced_accuracy"]["value"] == 1
    assert json.loads(json.dumps(figures, allow_nan=False)) == figures
    assert "recall_low" not in figures["per_class"]["no_finding"]


@pytest.mark.parametrize(("groups", "low"), [((), 0.025 ** (1 / 3)), (("a", "a", "b"), 0.025 ** (1 / 2))])
def test_all_of_a_few_photos_are_no_certainty(groups: tuple[str, ...], low: float) -> None:
    figures = measured(CARD, np.array([[0.8, 0.1, 0.1]] * 3), np.eye(3)[[0, 0, 0]], groups, split="all", rounds=20)
    (row,) = [row for row in figures["per_class"].values() if row["n"]]
    assert (row["recall"], row["recall_high"]) == (1, 1) and row["recall_low"] == pytest.approx(low, abs=1e-4)
    assert row["precision_low"] == pytest.approx(low, abs=1e-4)  # nothing overlaps: without room it would say 1
