"""The command line of the workshop: JSON lines out, a bad file is one line, the exit status tells."""

import json
from pathlib import Path

import pytest

from ml.__main__ import main
from tests.ml.drawn import drawn_eye
from tests.ml.shelf import LABELS, put_on_shelf


def _lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_predict_prints_one_line_a_photo(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put_on_shelf(tmp_path / "registry")
    (tmp_path / "photos").mkdir()
    for number in range(2):
        drawn_eye(seed=number).save(tmp_path / "photos" / f"{number}.jpg")
    registry = ["--registry", str(tmp_path / "registry")]
    assert main(["predict", "human_eye", str(tmp_path / "photos"), *registry]) == 0
    lines = _lines(capsys)
    wanted = {"image", "task", "version", "candidates", "abstained", "reason", "in_scope", "quality", "ms"}
    assert len(lines) == 2 and all(wanted <= set(line) for line in lines)
    candidates = lines[0]["candidates"]
    assert isinstance(candidates, list)
    assert {c["label"] for c in candidates} == set(LABELS)


def test_a_corrupt_file_is_one_line_and_the_rest_goes_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put_on_shelf(tmp_path / "registry")
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.jpg").write_bytes(b"no photo at all")
    drawn_eye().save(tmp_path / "photos" / "b.png")
    registry = ["--registry", str(tmp_path / "registry")]
    assert main(["predict", "human_eye", str(tmp_path / "photos"), str(tmp_path / "none.jpg"), *registry]) == 1
    lines = _lines(capsys)
    assert ["error" in line for line in lines] == [True, False, True]
    assert "readable" in str(lines[0]["error"])


def test_a_folder_without_a_photo_is_one_sentence_and_status_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put_on_shelf(tmp_path / "registry")
    (tmp_path / "photos").mkdir()
    assert main(["predict", "human_eye", str(tmp_path / "photos"), "--registry", str(tmp_path / "registry")]) == 2
    assert capsys.readouterr().err == f"error: no photo in {tmp_path / 'photos'}\n"


def test_heat_maps_are_written_beside(tmp_path: Path) -> None:
    put_on_shelf(tmp_path / "registry")
    drawn_eye().save(tmp_path / "photo.png")
    arguments = ["predict", "human_eye", str(tmp_path / "photo.png"), "--heatmaps", str(tmp_path / "maps")]
    main([*arguments, "--registry", str(tmp_path / "registry")])
    assert len(list((tmp_path / "maps").glob("*.png"))) == 1


def test_an_unknown_task_is_one_sentence_and_status_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["predict", "cat_eye", "x.jpg", "--registry", str(tmp_path)]) == 2
    assert "no released model for cat_eye" in capsys.readouterr().err


def test_cards_are_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    card = put_on_shelf(tmp_path)
    main(["cards", "--registry", str(tmp_path)])
    (printed,) = json.loads(capsys.readouterr().out)
    assert printed["weights_sha256"] == card.weights_sha256 and printed["labels"] == list(LABELS)
