"""What every test may ask for: the catalogue, a shelf with tiny models, a private folder for photos."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.db.models import Model
from pytest_django import DjangoDbBlocker, Settings

from tests import factories

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="session")
def tiny_registry(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shelf with two released models and none for cat eyes."""
    registry = tmp_path_factory.mktemp("registry")
    factories.release(registry, "dog_eye", factories.DOG_EYE)
    factories.release(registry, "human_skin", factories.HUMAN_SKIN)
    return registry


@pytest.fixture(scope="session")
def shipped(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> list[list[Model]]:
    """The catalogue's rows as they were loaded: writing them back takes a fiftieth of loading them."""
    from diagnosis.models import BodySite, ConditionNote, Disease, Guide, HouseholdAlert, Species

    with django_db_blocker.unblock():
        return [list(t.objects.all()) for t in (Species, BodySite, Disease, ConditionNote, Guide, HouseholdAlert)]


@pytest.fixture
def catalogue(db: None, shipped: list[list[Model]]) -> None:
    """The shipped diseases and notes, also after a test that emptied the tables."""
    from diagnosis.models import Disease

    if not Disease.objects.exists():
        for rows in shipped:
            type(rows[0])._default_manager.bulk_create(rows)


@pytest.fixture
def room(catalogue: None, tiny_registry: Path, tmp_path: Path, settings: Settings) -> Path:
    """Everything a case needs; gives the folder that its files go to."""
    settings.MODEL_REGISTRY = tiny_registry
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.LANGUAGE_CODE = "en"
    return tmp_path / "media"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Load the catalogue once, before the first test opens its transaction."""
    from diagnosis.catalogue import load

    with django_db_blocker.unblock():
        load()


@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    """Chromium; Playwright keeps an event loop in this thread, which Django takes for asynchronous code."""
    from tests.browsing import chromium

    with pytest.MonkeyPatch.context() as patch, chromium() as browser:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield browser
