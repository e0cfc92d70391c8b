"""Chromium and the photos before they are sent: seen, judged gently, cut, taken away, made small, called off."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from diagnosis.models import Case
from tests.browsing import opened
from tests.factories import drawn_photo, encoded

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("room")]

PATIENCE_MS = 30_000
SIZES = "[...document.querySelector('[name=photo]').files].map(file => file.size)"
TEXT = "document.querySelector('[name=photo]').files[0].text()"
DROP = """async ([bytes, event]) => {
    const data = new DataTransfer();
    data.items.add(new File([new Uint8Array(bytes)], 'spot.jpg', {type: 'image/jpeg'}));
    const init = event === 'drop' ? new DragEvent('drop', {dataTransfer: data, bubbles: true, cancelable: true})
        : new ClipboardEvent('paste', {clipboardData: data, bubbles: true});
    document.querySelector('[data-drop]').dispatchEvent(init);
}"""
DARKEST = """async () => {
    const photo = await createImageBitmap(document.querySelector('[name=photo]').files[0]);
    const pencil = new OffscreenCanvas(photo.width, photo.height).getContext('2d');
    pencil.drawImage(photo, 0, 0);
    return pencil.getImageData(0, 0, photo.width, photo.height).data.reduce((least, value) => Math.min(least, value));
}"""


@pytest.fixture
def visitor(browser: Browser, live_server: LiveServer) -> Iterator[BrowserContext]:
    context = browser.new_context(base_url=live_server.url)
    context.set_default_timeout(PATIENCE_MS)
    yield context
    context.close()


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    return _written(tmp_path, "spot", drawn_photo(640, 480))


def _written(folder: Path, name: str, picture: Image.Image) -> Path:
    path = folder / f"{name}.jpg"
    path.write_bytes(encoded(picture))
    return path


def _previews(page: Page, count: int) -> None:
    expect(page.locator("[data-chosen] img")).to_have_count(count)


def test_up_to_three_photos_are_shown_and_each_can_be_taken_away(visitor: BrowserContext, photo: Path) -> None:
    page, complaints = opened(visitor)
    page.locator("[name=photo]").set_input_files([photo] * 4)
    _previews(page, 3)
    expect(page.get_by_text("Only the first three photos are kept.")).to_be_visible()
    page.get_by_role("button", name="Remove this photo (2)").click()
    _previews(page, 2)
    expect(page.get_by_text("Photos chosen: 2 of 3")).to_be_visible()
    assert len(page.evaluate(SIZES)) == 2
    assert complaints == []


@pytest.mark.parametrize("way", ["drop", "paste"])
def test_a_photo_can_be_dropped_or_pasted(visitor: BrowserContext, photo: Path, way: str) -> None:
    page, complaints = opened(visitor)
    page.evaluate(DROP, [list(photo.read_bytes()), way])
    _previews(page, 1)
    assert complaints == []


def test_a_photo_is_sent_small_and_without_place_and_camera_data(visitor: BrowserContext, tmp_path: Path) -> None:
    picture, told = drawn_photo(3000, 2000), Image.Exif()
    told[0x010F] = "CANARY"  # the camera's maker
    path = tmp_path / "large.jpg"
    path.write_bytes(encoded(picture, exif=told))
    assert b"CANARY" in path.read_bytes()
    page, _ = opened(visitor)
    page.locator("[name=photo]").set_input_files(path)
    _previews(page, 1)
    assert page.locator("[data-chosen] img").evaluate("image => image.decode().then(() => image.naturalWidth)") == 1600
    assert "CANARY" not in page.evaluate(TEXT)


def test_what_could_be_better_is_said_before_sending_and_forbids_nothing(
    visitor: BrowserContext, tmp_path: Path, photo: Path
) -> None:
    page, _ = opened(visitor)
    page.locator("[name=photo]").set_input_files(_written(tmp_path, "dark", Image.new("RGB", (640, 480), "#0a0a0a")))
    expect(page.get_by_text("A little dark.")).to_be_visible()
    page.get_by_role("button", name="Remove this photo").click()
    page.locator("[name=photo]").set_input_files(
        _written(tmp_path, "flat", drawn_photo().resize((40, 30)).resize((640, 480)))
    )
    expect(page.get_by_text("A little blurred.")).to_be_visible()
    page.get_by_role("button", name="Remove this photo").click()
    page.locator("[name=photo]").set_input_files(photo)
    expect(page.get_by_text("Bright and sharp enough")).to_be_visible()
    expect(page.get_by_text("A little blurred.")).to_be_hidden()
    expect(page.get_by_role("button", name="Check this photo")).to_be_enabled()


def test_a_photo_is_cut_with_buttons_alone(visitor: BrowserContext, photo: Path) -> None:
    page, complaints = opened(visitor)
    page.locator("[name=photo]").set_input_files(photo)
    page.get_by_role("button", name="Crop (1)").click()
    expect(page.locator("dialog cropper-selection")).to_be_visible()
    for name in ("Smaller frame", "Frame to the left", "Frame up"):
        page.get_by_role("button", name=name).click()
    page.get_by_role("button", name="Use this part").click()
    expect(page.locator("dialog[open]")).to_have_count(0)
    image = page.locator("[data-chosen] img")
    expect(image).not_to_have_js_property("naturalWidth", 640)
    assert 200 < image.evaluate("image => image.decode().then(() => image.naturalWidth)") < 600
    assert complaints == []


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (360, 640)])
def test_a_tall_photo_is_cut_to_what_it_shows(visitor: BrowserContext, tmp_path: Path, width: int, height: int) -> None:
    page, _ = opened(visitor)
    page.set_viewport_size({"width": width, "height": height})
    page.locator("[name=photo]").set_input_files(_written(tmp_path, "tall", Image.new("RGB", (600, 800), "#c8a090")))
    page.get_by_role("button", name="Crop (1)").click()
    expect(page.locator("dialog cropper-selection")).to_be_visible()
    whole = page.locator("[data-chosen] img").get_attribute("src") or ""
    for _press in range(4):
        page.get_by_role("button", name="Larger frame").click()
    expect(page.get_by_role("button", name="Leave it whole")).to_be_in_viewport(ratio=1)
    page.get_by_role("button", name="Use this part").click()
    expect(page.locator("[data-chosen] img")).not_to_have_attribute("src", whole)  # the cut one has come
    assert page.evaluate(DARKEST) > 100  # a margin around the photo would be black


def test_a_kind_that_the_browser_cannot_show_is_not_called_sharp(visitor: BrowserContext, tmp_path: Path) -> None:
    page, _ = opened(visitor)
    (tmp_path / "spot.heic").write_bytes(b"only the server can open it")
    page.locator("[name=photo]").set_input_files(tmp_path / "spot.heic")
    expect(page.get_by_text("This browser cannot show this file")).to_be_visible()
    expect(page.get_by_text("Bright and sharp enough")).to_be_hidden()


def test_a_second_choice_adds_to_the_first(visitor: BrowserContext, photo: Path) -> None:
    page, _ = opened(visitor)
    for count in (1, 2):
        page.locator("[name=photo]").set_input_files(photo)
        _previews(page, count)
    page.locator("[name=photo]").set_input_files([photo, photo])
    expect(page.get_by_text("Only the first three photos are kept.")).to_be_visible()
    assert len(page.evaluate(SIZES)) == 3


def test_a_choice_that_is_called_off_leaves_the_chosen_photo(visitor: BrowserContext, photo: Path) -> None:
    page, complaints = opened(visitor)
    page.locator("[name=photo]").set_input_files(photo)
    _previews(page, 1)
    page.locator("[name=photo]").set_input_files([])  # what some browsers make of it
    assert len(page.evaluate(SIZES)) == 1
    _previews(page, 1)
    assert complaints == []


def test_sending_can_be_called_off_and_the_photo_stays(visitor: BrowserContext, photo: Path) -> None:
    page, _ = opened(visitor)
    visitor.route("**/cases/", lambda route: None)  # the answer never comes
    for name in ("Dog", "Eye"):
        page.get_by_role("radio", name=name, exact=True).check()
    page.locator("[name=photo]").set_input_files(photo)
    _previews(page, 1)
    page.get_by_role("button", name="Check this photo").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    expect(page.locator("[data-progress]")).to_be_focused()  # not lost with the button that was pressed
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("button", name="Check this photo")).to_be_visible()
    assert len(page.evaluate(SIZES)) == 1
    assert not Case.objects.exists()


def test_a_lost_connection_and_a_full_house_are_explained_in_place(visitor: BrowserContext, photo: Path) -> None:
    page, _ = opened(visitor)
    answers = iter([_lost, _full])
    visitor.route("**/cases/", lambda route: next(answers)(route))
    for name in ("Dog", "Eye"):
        page.get_by_role("radio", name=name, exact=True).check()
    page.locator("[name=photo]").set_input_files(photo)
    _previews(page, 1)
    for sentence in ("The photo could not be sent.", "Come back soon."):
        page.get_by_role("button", name="Check this photo").click()
        expect(page.get_by_role("alert").get_by_text(sentence)).to_be_visible()
        expect(page.get_by_role("alert")).to_be_focused()
    assert len(page.evaluate(SIZES)) == 1


def test_a_refused_answer_is_marked_where_it_was_given(visitor: BrowserContext, photo: Path) -> None:
    page, _ = opened(visitor)
    for name in ("Cat", "Eye"):
        page.get_by_role("radio", name=name, exact=True).check()
    page.locator("[name=photo]").set_input_files(photo)
    _previews(page, 1)
    for _try in range(2):
        page.get_by_role("button", name="Check this photo").click()
        expect(page.get_by_role("alert")).to_be_focused()
        expect(page.locator("#id_body_site_0")).to_have_attribute("aria-invalid", "true")
        expect(page.locator("#id_body_site_0")).to_have_accessible_description(re.compile("no model that judges this"))
        expect(page.locator(".field-error")).to_have_count(1)


def test_a_person_s_photo_does_not_leave_without_consent(visitor: BrowserContext, photo: Path) -> None:
    page, _ = opened(visitor)
    for name in ("Person", "Skin"):
        page.get_by_role("radio", name=name, exact=True).check()
    page.locator("[name=photo]").set_input_files(photo)
    _previews(page, 1)
    page.get_by_role("button", name="Check this photo").click()
    expect(page.locator("[name=consent]")).to_be_focused()
    page.get_by_role("radio", name="Dog", exact=True).check()
    expect(page.locator("[name=consent]")).to_have_js_property("required", False)


def _lost(route: Route) -> None:
    route.abort()


def _full(route: Route) -> None:
    route.fulfill(status=503, body="<p data-sentence>Come back soon.</p>", content_type="text/html")
