"""Alive is not the same as ready."""

import shutil
from pathlib import Path

import pytest
from django.db import DatabaseError
from django.test import Client
from pytest_django import Settings

from diagnosis.models import Disease

pytestmark = pytest.mark.usefixtures("room")


@pytest.fixture
def shelf(tmp_path: Path, tiny_registry: Path, settings: Settings) -> Path:
    """A copy of the shelf that a test may spoil."""
    settings.MODEL_REGISTRY = Path(shutil.copytree(tiny_registry, tmp_path / "shelf"))
    return tmp_path / "shelf"


def assert_not_ready(client: Client, why: str) -> None:
    response = client.get("/readyz")
    assert response.status_code == 503
    assert why in " ".join(response.json()["problems"])
    assert client.get("/healthz").status_code == 200


def test_with_all_models_intact_the_service_is_ready(client: Client) -> None:
    response = client.get("/readyz")
    assert (response.status_code, response.json()["problems"]) == (200, [])


def test_a_supervisor_from_the_inside_needs_no_name_of_ours(client: Client, settings: Settings) -> None:
    settings.ALLOWED_HOSTS, settings.SECURE_SSL_REDIRECT = ["walness.example"], True
    inside = {"Host": "127.0.0.1:8000"}
    assert [client.get(path, headers=inside).status_code for path in ("/healthz", "/readyz")] == [200, 200]
    assert client.get("/en/", headers=inside).status_code == 400


def test_with_altered_weights_the_service_is_not_ready(client: Client, shelf: Path) -> None:
    weights = shelf / "dog_eye" / "2026.11.1" / "weights.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"\x01")
    assert_not_ready(client, "the weights of dog_eye 2026.11.1 are not those of its card")


def test_with_missing_weights_the_service_is_not_ready(client: Client, shelf: Path) -> None:
    (shelf / "dog_eye" / "2026.11.1" / "weights.safetensors").unlink()
    assert_not_ready(client, "the weights of dog_eye 2026.11.1 are missing")


def test_with_a_spoiled_card_the_service_is_not_ready(client: Client, shelf: Path) -> None:
    (shelf / "dog_eye" / "2026.11.1" / "card.json").write_text("{")
    assert_not_ready(client, "dog_eye/2026.11.1 cannot be read")


def test_with_an_empty_shelf_the_service_is_not_ready(client: Client, tmp_path: Path, settings: Settings) -> None:
    settings.MODEL_REGISTRY = tmp_path / "nothing"
    assert_not_ready(client, "No model is released.")


def test_with_a_label_nobody_can_explain_the_service_is_not_ready(client: Client) -> None:
    Disease.objects.filter(species__code="dog", code="cataract").delete()
    assert_not_ready(client, "dog_eye: cataract has 0 of 12 notes")


def test_without_a_database_the_service_is_alive_and_not_ready(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> list[str]:
        raise DatabaseError

    monkeypatch.setattr("walness.health.speechless_labels", fail)
    assert_not_ready(client, "The database does not answer.")


def test_a_spoiled_model_answers_nobody(client: Client, shelf: Path) -> None:
    from diagnosis.models import Case
    from tests.factories import answers

    (shelf / "dog_eye" / "2026.11.1" / "weights.safetensors").write_bytes(b"")
    response = client.post("/en/cases/", answers())
    assert response.status_code == 503
    assert not Case.objects.exists()
