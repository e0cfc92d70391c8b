"""Words that try to run stand in every text field at once, and Chromium shows every page: nothing runs.

WORDS=file takes other words than ours, one a line.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from django.db import models
from django.db.models import Value
from django.db.models.functions import Cast, Concat
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Dialog, Page
from pytest_django.live_server_helper import LiveServer

from clinics.models import Clinic, Visit
from diagnosis.models import Candidate, Disease, HouseholdAlert, Sponsor
from tests.journeys.house import OWNER, House, furnished
from tests.journeys.looking import LISTEN

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("room")]

OURS = Path(__file__).resolve().parents[1] / "security" / "markup.txt"
WORDS = [word for word in Path(os.environ.get("WORDS", OURS)).read_text().split("\n") if word]
KEYS = {"task", "version", "provider", "breed"}  # chosen by programs; a breed by its code
RUNS = """[...document.querySelectorAll('*')].filter(one =>
    [...one.attributes].some(({name}) => /^(hx-)?on/.test(name))
    || [one.href, one.src, one.action, one.formAction, one.data].some(address => typeof address === 'string'
        && (/^(javascript|vbscript|data:text)/i.test(address) || /^\\w+:\\/\\/evil/i.test(address)))
    || (one.localName === 'script' && !one.src && one.type !== 'application/json')
).map(one => one.outerHTML.slice(0, 200))"""


def spoilt(house: House) -> None:
    """Put all words into every field that takes free text, past every form and its limits."""
    disease = Candidate.objects.filter(diagnosis__case=house.case)[0].disease
    HouseholdAlert.objects.get_or_create(disease=disease, defaults={"direction": "both"})
    Sponsor.objects.create(active=True, link="https://example.org/")
    Visit.objects.create(clinic=Clinic.objects.all()[0], stars=1, case_hash="x")
    text = "\n".join(WORDS).replace("\x00", "")
    for model, field in text_fields():
        model._default_manager.update(**{field: Concat(Value(text), Cast("pk", models.CharField()))})
    Disease.objects.update(sources=[{"title": text, "url": "javascript:alert(1)"}])


def text_fields() -> Iterator[tuple[type[models.Model], str]]:
    for room in ("diagnosis", "clinics"):
        for model in apps.get_app_config(room).get_models():
            for field in model._meta.fields:
                free = type(field) in (models.CharField, models.TextField) and field.editable and not field.choices
                if free and field.name not in KEYS:
                    yield model, field.name


@pytest.fixture
def house() -> House:
    return furnished()


@pytest.fixture
def keeper(browser: Browser, live_server: LiveServer, house: House) -> Iterator[BrowserContext]:
    """Who owns the cases and may enter the admin as well."""
    client = Client()
    client.force_login(User.objects.create_superuser("keeper"))
    session = SessionStore(client.cookies["session"].value)
    session["owner"] = OWNER
    session.save()
    context = browser.new_context(base_url=live_server.url, service_workers="block")
    context.add_cookies([{"name": "session", "value": str(session.session_key), "url": live_server.url}])
    context.add_init_script(LISTEN)
    yield context
    context.close()


def desk() -> Iterator[str]:
    """Every list of the admin with its search, and the first row of each."""
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield reverse(f"{name}_changelist") + "?q=" + quote(WORDS[0])[:9]
        if row := model._default_manager.first():
            yield reverse(f"{name}_change", args=[row.pk])


def asked() -> Iterator[str]:
    """Pages that repeat what they were asked, all words at once."""
    text = quote("\n".join(WORDS).encode(errors="replace")[:6000])
    for path in (
        "/clinics/?kind=vet&q=",
        "/clinics/?urgency=",
        "/clinics/visit/?name=",
        "/diseases/?q=",
        "/my-cases/?next=",
    ):
        yield f"/en/{path}={text}"


def test_there_are_fields_to_spoil() -> None:
    found = {f"{model.__name__}.{field}" for model, field in text_fields()}
    assert {"Disease.name_ko", "ConditionNote.text", "Patient.name", "Clinic.name", "Feedback.comment"} <= found


def test_no_words_in_any_field_run_in_a_browser(keeper: BrowserContext, house: House) -> None:
    spoilt(house)
    page, found = keeper.new_page(), list[str]()
    watch(page, found)
    korean = (f"/ko/cases/{house.case.token}/", "/ko/diseases/", "/ko/diseases/dog/eye/cataract/")
    shown = 0
    for path in [*korean, *(f"/en{address}" for address in house.addresses()), *asked(), *desk()]:
        answer = page.goto(path, wait_until="load")
        assert answer and answer.status < 500, path
        found += [f"{path}: {element}" for element in page.evaluate(RUNS)]
        shown += "alert" in page.content()
    assert found == [], "\n".join(found)
    assert shown > 20  # the words were there


def watch(page: Page, found: list[str]) -> None:
    """Gather what must not happen: a dialog, a refusal of the policy, an error, a request to strangers."""

    def close(dialog: Dialog) -> None:
        found.append(f"{page.url}: {dialog.message}")
        dialog.dismiss()

    page.on("dialog", close)
    page.on("console", lambda said: found.append(f"{page.url}: {said.text}") if "policy" in said.text.lower() else None)
    page.on("pageerror", lambda error: found.append(f"{page.url}: {error}"))
    page.on("request", lambda sent: found.append(sent.url) if "://evil" in sent.url else None)
