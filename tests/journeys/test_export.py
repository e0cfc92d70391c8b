"""The desk's export: one tick chooses every field, or none."""

import pytest
from django.test import Client
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("room")]


def test_select_all_unticks_and_ticks_every_field(
    browser: Browser, live_server: LiveServer, admin_client: Client
) -> None:
    page = browser.new_page(base_url=live_server.url)
    page.context.add_cookies(
        [{"name": "session", "value": admin_client.cookies["session"].value, "url": live_server.url}]
    )
    page.goto("/admin/diagnosis/disease/export/")
    fields = page.locator(".selectable-field-export-row input[type=checkbox]")
    assert fields.count() > 5
    for whole in (False, True):
        page.locator(".select-toggle").set_checked(whole)
        for field in fields.all():
            expect(field).to_be_checked(checked=whole)
    page.close()
