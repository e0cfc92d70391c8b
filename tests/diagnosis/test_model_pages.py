"""The pages of the models: every figure with its words, every release with its plots, in both languages."""

import re
from pathlib import Path

import pytest
from django.test import Client
from django.utils.translation import gettext, override
from pytest_django import DjangoAssertNumQueries, Settings

from diagnosis import engine
from diagnosis.figures import FIGURES
from diagnosis.limits import SENTENCES
from ml.inference import model_card, released_models
from tests import factories
from tests.contracts.test_cards import NAMES

FIGURE = {"value": 0.81, "low": 0.74, "high": 0.88}
ROW = {"n": 20, "recall": 0.7, "recall_low": 0.5, "recall_high": 0.9, "precision": 0.6, "f1": 0.6, "auroc": None}
LIMIT = "It knows only the diseases it lists; a healthy eye is not among its answers."
TERMS = "research use under AI Hub's terms; the photos themselves are not redistributed"
CHECKS = {"photos": 90, "faithful": 0.944, "unsteady": 0.11, "flips": 0.0, "off_centre": 0.2}


@pytest.fixture
def shelf(room: Path, tmp_path: Path, settings: Settings) -> Path:
    """Two releases of a task with figures, and one plot."""
    settings.MODEL_REGISTRY = tmp_path / "registry"
    measured = {"split": "val", "n": 1234, "metrics": {"mean_auroc": FIGURE}, "per_class": {"cataract": ROW}}
    for version in ("2026.9", "2026.10"):
        factories.release(
            settings.MODEL_REGISTRY, "dog_eye", factories.DOG_EYE, version=version, measured=measured, checks=CHECKS,
            limits=[LIMIT], data=[{"source": "Some collection", "terms": TERMS}],
        )  # fmt: skip
    plots = settings.MODEL_REGISTRY / "dog_eye" / "2026.10" / "plots"
    plots.mkdir()
    (plots / "confusion.png").write_bytes(b"\x89PNG drawn")
    (plots / "notes.png").write_bytes(b"\x89PNG not for the page")
    return tmp_path / "registry"


def test_the_list_names_every_model_in_words_and_leads_to_its_page(client: Client, shelf: Path) -> None:
    page = client.get("/en/models/").text
    assert "Dog · Eye" in page and "/en/models/dog_eye/" in page
    assert str(FIGURES["mean_auroc"][0]) in page and "0.810" in page and "[0.740, 0.880]" in page


def test_a_page_has_figures_conditions_plots_data_limits_and_versions(client: Client, shelf: Path) -> None:
    page = client.get("/en/models/dog_eye/").text
    for words in ("1234 photos", "Cataract", "[0.50, 0.90]", "Some collection", LIMIT, "94 %", "2026.9"):
        assert words in page, words
    assert "/models/dog_eye/2026.10/confusion.png" in page and "notes.png" not in page


def test_a_network_is_not_called_an_illness(client: Client, shelf: Path) -> None:
    page = client.get("/ko/models/dog_eye/").text
    assert "어떤 모델인가요" in page and "어떤 상태인가요" not in page


def test_an_earlier_version_says_that_a_newer_one_answers(client: Client, shelf: Path) -> None:
    assert "a newer one answers now" in client.get("/en/models/dog_eye/2026.9/").text
    assert "a newer one answers now" not in client.get("/en/models/dog_eye/").text


def test_a_release_that_comes_while_the_service_runs_waits_for_a_restart(client: Client, shelf: Path) -> None:
    assert "2026.10" in client.get("/en/models/dog_eye/").text
    factories.release(shelf, "dog_eye", factories.DOG_EYE, version="2026.11")
    assert "2026.11" not in client.get("/en/models/dog_eye/").text
    assert {engine.model("dog_eye").version, engine.diagnoser_for("dog", "eye").card.version} == {"2026.10"}


@pytest.mark.parametrize("path", ["cat_eye/", "dog_eye/2026.11/", "dog_eye/../", "..%2Fregistry/"])
def test_a_model_that_is_not_on_the_shelf_is_a_404(client: Client, shelf: Path, path: str) -> None:
    assert client.get(f"/en/models/{path}").status_code == 404


def test_a_plot_is_kept_by_browsers_for_a_year(client: Client, shelf: Path) -> None:
    response = client.get("/models/dog_eye/2026.10/confusion.png")
    assert (response.status_code, response.headers["Content-Type"]) == (200, "image/png")
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("plot", ["notes", "reliability", "..", "card"])
def test_only_plots_with_words_are_served(client: Client, shelf: Path, plot: str) -> None:
    assert client.get(f"/models/dog_eye/2026.10/{plot}.png").status_code == 404


def test_a_page_asks_the_database_little(
    client: Client, shelf: Path, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(4):
        client.get("/en/models/dog_eye/")


def test_a_result_leads_to_the_page_of_the_model_that_answered(client: Client, shelf: Path) -> None:
    page = client.post("/en/cases/", factories.answers(), follow=True).text
    assert re.search(r'href="/en/models/dog_eye/">dog_eye 2026\.10<', page)


def test_every_figure_a_card_may_carry_has_words() -> None:
    assert set(FIGURES) == NAMES


@pytest.mark.parametrize("name", released_models())
def test_every_term_and_limit_of_a_released_card_can_be_translated(name: str) -> None:
    card = model_card(name)
    assert {source["terms"] for source in card.data} | set(card.limits) <= set(SENTENCES)


def test_every_term_and_limit_has_a_korean_sentence() -> None:
    with override("ko"):
        same = [sentence for sentence in SENTENCES if gettext(sentence) == sentence]
    assert same == ["CC BY 4.0"]


def test_the_engine_lists_versions_newest_first(shelf: Path) -> None:
    assert engine.model_versions("dog_eye") == ["2026.10", "2026.9"]
