"""Chromium on the clinics page: with a location granted, with one refused, and without JavaScript."""

import shutil
from collections.abc import Iterator

import pytest
from django.core.management import call_command
from playwright.sync_api import Browser, BrowserContext, Geolocation, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

CHROMIUM = shutil.which("chromium")
CHEONAN: Geolocation = {"latitude": 36.80004321, "longitude": 127.10004321}

pytestmark = [
    pytest.mark.journey,
    pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed"),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    # Playwright keeps an event loop in this thread, which Django takes for asynchronous code.
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(autouse=True)
def _registers(browser: Browser, transactional_db: None) -> None:
    call_command("import_clinics", verbosity=0)


@pytest.fixture
def visitor(browser: Browser, live_server: LiveServer) -> Iterator[BrowserContext]:
    context = browser.new_context(base_url=live_server.url, viewport={"width": 390, "height": 844})
    yield context
    context.close()


def opened(context: BrowserContext, path: str = "/en/clinics/") -> tuple[Page, list[str]]:
    """A page, and the complaints and requests that it will gather."""
    page, seen = context.new_page(), list[str]()
    page.on("console", lambda message: seen.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: seen.append(str(error)))
    page.on("request", lambda request: seen.append(request.url) if "://localhost:" not in request.url else None)
    page.goto(path)
    return page, seen


def test_on_a_small_phone_the_field_holds_the_name_of_a_place(visitor: BrowserContext) -> None:
    page, _ = opened(visitor)
    page.set_viewport_size({"width": 320, "height": 640})
    field = page.locator("#q").bounding_box()
    assert field and 240 < field["width"] < 300  # and nothing sticks out


def test_a_granted_location_leads_to_numbered_clinics_and_stands_in_no_address(visitor: BrowserContext) -> None:
    visitor.grant_permissions(["geolocation"])
    visitor.set_geolocation(CHEONAN)
    page, complaints = opened(visitor, "/en/clinics/?kind=vet&department=ophthalmology&urgency=today")
    with page.expect_request(lambda request: request.method == "POST") as posted:
        page.get_by_role("button", name="Near me").click()
    assert "lat=36.800&lng=127.100" in (posted.value.post_data or "")
    assert "36.80004" not in (posted.value.post_data or "")
    rows = page.locator("li.clinic")
    expect(rows).to_have_count(20)
    expect(page.locator(".map .pin")).to_have_count(20)
    numbers = sorted(int(number) for number in page.locator(".map .pin b").all_inner_texts())
    assert numbers == [int(number) for number in page.locator(".clinic-number").all_inner_texts()]
    assert page.locator(".map path.ring").count() >= 1
    assert "36.8" not in page.url
    expect(page.locator("#dermatology")).not_to_be_checked()
    expect(page.locator("#ophthalmology")).to_be_checked()
    page.locator(".map .pin[tabindex]").last.focus()  # one that no other covers
    number = page.evaluate("document.activeElement.dataset.number")
    page.keyboard.press("Enter")
    assert page.url.endswith(f"#c{number}")
    page.get_by_role("button", name="More results").click()
    expect(rows).to_have_count(40)
    assert complaints == []


COVERED = """() => {
  const box = (element) => element.getBoundingClientRect();
  const pins = [...document.querySelectorAll(".map .pin")];
  const number = (pin) => Number(pin.dataset.number);
  const over = (one, other) => one.left < other.right && other.left < one.right
    && one.top < other.bottom && other.top < one.bottom;
  const behind = pins.flatMap((pin) => pins.filter((other) => number(pin) < number(other) && over(box(pin), box(other))
    && Number(pin.style.zIndex) < Number(other.style.zIndex)).map((other) => [number(pin), number(other)]));
  const digits = [...document.querySelectorAll(".map .pin b, .map .leaflet-bar a")];
  const names = [...document.querySelectorAll(".map .region-name span")];
  const covered = names.filter((name) => digits.some((digit) => over(box(name), box(digit))));
  return [behind, covered.map((name) => name.textContent)];
}"""


@pytest.mark.parametrize("place", ["강남역", "천안시 불당동", "부산 해운대"])
def test_a_nearer_pin_lies_in_front_and_no_pin_or_button_covers_a_name(visitor: BrowserContext, place: str) -> None:
    page, _ = opened(visitor, f"/en/clinics/?q={place}")
    expect(page.locator(".map .pin")).to_have_count(20)
    assert page.evaluate(COVERED) == [[], []]


def test_a_refused_location_leads_to_the_search_by_name(visitor: BrowserContext) -> None:
    page, complaints = opened(visitor)
    page.get_by_role("button", name="Near me").click()
    expect(page.get_by_text("No location was given")).to_be_visible()
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.insert_text("천안시 불당동")
    page.keyboard.press("Enter")
    expect(page.locator("li.clinic")).to_have_count(20)
    page.get_by_label("Top rated").check()
    page.wait_for_url("**sort=rating**")
    expect(page.locator("li.clinic")).to_have_count(20)
    assert complaints == []


def test_a_location_is_not_asked_for_without_a_press(visitor: BrowserContext) -> None:
    visitor.add_init_script(
        "navigator.geolocation.getCurrentPosition = () => { document.title = 'asked'; };"
        "navigator.geolocation.watchPosition = () => { document.title = 'asked'; };"
    )
    page, _ = opened(visitor)
    page.wait_for_timeout(300)
    assert page.title() != "asked"
    page.get_by_role("button", name="Near me").click()
    assert page.title() == "asked"


def test_going_back_finds_the_list_around_me_again(visitor: BrowserContext) -> None:
    visitor.grant_permissions(["geolocation"])
    visitor.set_geolocation(CHEONAN)
    page, complaints = opened(visitor, "/en/clinics/?kind=vet&department=ophthalmology")
    rows = page.locator("li.clinic")
    page.get_by_role("button", name="Near me").click()
    expect(rows).to_have_count(20)
    page.get_by_role("button", name="More results").click()
    expect(rows).to_have_count(40)
    page.goto("/en/about/")
    page.go_back()
    expect(rows).to_have_count(40)
    expect(page.locator("#ophthalmology")).to_be_checked()
    page.reload()
    expect(rows).to_have_count(40)
    page.get_by_role("searchbox").fill("천안시 불당동")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=**")
    page.go_back()
    expect(page.get_by_text("Around you", exact=True)).to_be_visible()
    kept = page.evaluate("JSON.stringify([{...sessionStorage}, {...localStorage}])")
    assert "36.8" in kept and "36.80004" not in kept and "csrf" not in kept
    page.goto("/en/clinics/")  # asked anew, nothing is searched without a press
    expect(page.get_by_text("Type where you are")).to_be_visible()
    assert "36.8" not in page.url and complaints == []


def test_around_where_i_am_on_a_result_is_a_press_and_an_address_alone_is_none(visitor: BrowserContext) -> None:
    visitor.grant_permissions(["geolocation"])
    visitor.set_geolocation(CHEONAN)
    page, complaints = opened(visitor, "/en/clinics/?kind=vet#near")
    page.wait_for_timeout(200)
    expect(page.get_by_text("Type where you are")).to_be_visible()
    page.goto("/en/about/")
    page.evaluate("document.querySelector('main a').href = '/en/clinics/?kind=vet#near'")  # as a result has it
    page.locator("main a").first.click()
    expect(page.locator("li.clinic")).to_have_count(20)
    assert complaints == []


def test_the_whole_list_works_without_javascript(browser: Browser, live_server: LiveServer) -> None:
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page, complaints = opened(context)
    expect(page.get_by_role("button", name="Near me")).to_be_hidden()
    page.get_by_role("searchbox").fill("천안시 불당동")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.locator("li.clinic")).to_have_count(20)
    page.get_by_label("People", exact=True).check()
    page.get_by_label("Skin care").check()
    page.get_by_role("button", name="Show").click()
    assert page.locator("li.clinic").count() > 0
    page.get_by_label("Animals", exact=True).check()
    page.get_by_role("button", name="Show").click()
    page.get_by_role("button", name="More results").click()
    expect(page.locator("li.clinic")).to_have_count(40)
    assert complaints == []
    context.close()


def test_a_changed_filter_changes_the_list_in_place_and_the_address(visitor: BrowserContext) -> None:
    page, complaints = opened(visitor, "/en/clinics/?kind=vet&q=천안시 불당동")
    page.evaluate("window.same = true")
    page.get_by_label("People", exact=True).check()
    page.wait_for_url("**kind=clinic**")
    expect(page.get_by_role("heading", name="Clinics for people near you")).to_be_visible()
    expect(page.get_by_label("People", exact=True)).to_be_focused()
    expect(page.locator("[data-found-status]")).to_contain_text("clinics")
    assert page.locator(".map .pin").count() == page.locator("li.clinic").count() > 0
    assert page.evaluate("window.same")  # the page itself was never left
    page.go_back()
    expect(page.get_by_role("heading", name="Animal clinics near you")).to_be_visible()
    assert complaints == []
