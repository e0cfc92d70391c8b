"""The outline on the result page: drawn for human skin only, explained, and never called a diagnosis."""

import shutil
from pathlib import Path

import pytest
from django.test import Client
from PIL import Image
from pytest_django import Settings

from diagnosis import engine
from diagnosis.models import Case
from diagnosis.outline import outline_of
from tests import factories
from tests.factories import answers, new_case
from tests.ml.segmentation.shelf import put_outliner_on_shelf

NOT_A_DIAGNOSIS = "they are not a diagnosis"
KEPT = {"contour": [[0.25, 0.5], [0.5, 0.25], [0.75, 0.5]], "area_share": 0.06, "colours": 2, "version": "1"}


@pytest.fixture
def drawing(room: Path, tiny_registry: Path, tmp_path: Path, settings: Settings) -> Path:
    """A room whose shelf has an outline network as well."""
    shelf = Path(shutil.copytree(tiny_registry, tmp_path / "shelf"))
    put_outliner_on_shelf(shelf)
    settings.MODEL_REGISTRY = shelf
    return shelf


def page(client: Client, species: str = "human", body_site: str = "skin") -> str:
    sent = client.post("/en/cases/", answers(species=species, body_site=body_site))
    assert sent.status_code == 302
    return client.get(sent.headers["Location"]).text


@pytest.mark.usefixtures("drawing")
def test_the_page_draws_the_outline_and_explains_four_signs(client: Client) -> None:
    text = page(client)
    assert text.count("<polygon") == 2 and "style=" not in text
    for sign in ("Asymmetry", "Border", "Colours", "Size"):
        assert sign in text
    assert NOT_A_DIAGNOSIS in text
    kept = Case.objects.get().diagnosis
    assert kept is not None and kept.outline is not None and 3 <= len(kept.outline["contour"]) <= 100
    assert kept.outline["area_share"] == pytest.approx(3.14159 / 36, rel=0.1)  # an ellipse of a third of each side
    assert kept.outline["version"] == "2026.11.1"


@pytest.mark.usefixtures("drawing")
def test_a_dogs_eye_gets_no_outline(client: Client) -> None:
    assert "<polygon" not in page(client, "dog", "eye")
    kept = Case.objects.get().diagnosis
    assert kept is not None and kept.outline is None


@pytest.mark.usefixtures("room")
def test_nothing_is_drawn_on_a_photo_of_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(factories, "drawn_photo", lambda: Image.new("RGB", (320, 240), "white"))
    monkeypatch.setattr(engine, "outline_of", lambda *_: {})
    diagnosis = new_case(species="human", body_site="skin").diagnosis
    assert diagnosis is not None and (diagnosis.reason, diagnosis.outline) == ("blank", None)


@pytest.mark.usefixtures("room")
def test_without_an_outline_network_the_answer_stands(client: Client) -> None:
    text = page(client)
    assert "<polygon" not in text and "No outline found" not in text


def test_a_broken_outline_network_costs_the_outline_only_and_is_reported(client: Client, drawing: Path) -> None:
    (drawing / "lesion_outline" / "2026.11.1" / "model.onnx").write_bytes(b"broken")
    assert "<polygon" not in page(client)
    assert [sentence for sentence in engine.broken_models() if "lesion_outline" in sentence]


@pytest.mark.usefixtures("drawing")
def test_a_sound_outline_network_is_no_broken_model() -> None:
    assert engine.broken_models() == []


@pytest.mark.usefixtures("drawing")
def test_where_none_was_found_the_page_says_so_and_no_more(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "outline", lambda picture, *, registry: None)
    text = page(client)
    assert "No outline found" in text and "That says nothing about what it is." in text and "<polygon" not in text


@pytest.mark.parametrize(
    ("figures", "words"),
    [
        ({"asymmetry": 0.02, "border_irregularity": 0.01}, ("halves match well", "edge looks smooth")),
        ({"asymmetry": 0.07, "border_irregularity": 0.10}, ("differ a little", "a little uneven")),
        ({"asymmetry": 0.20, "border_irregularity": 0.30}, ("more than in most", "more uneven")),
    ],
)
@pytest.mark.usefixtures("room")
def test_a_sign_is_read_against_what_most_spots_look_like(figures: dict[str, float], words: tuple[str, str]) -> None:
    diagnosis = new_case(species="human", body_site="skin").diagnosis
    assert diagnosis is not None
    diagnosis.outline = KEPT | figures
    read = outline_of(diagnosis)
    assert read is not None and read["points"] == "250,500 500,250 750,500"
    assert words[0] in read["signs"][0]["seen"] and words[1] in read["signs"][1]["seen"]
    assert "2 colours" in read["signs"][2]["seen"] and "6%" in read["signs"][3]["seen"]
