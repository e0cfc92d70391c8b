"""Points for headers, counted as Mozilla's HTTP Observatory does, and what Google's CSP Evaluator would object to."""

import re
from collections.abc import Callable, Mapping

import pytest
from django.test import Client
from pytest_django import Settings

pytestmark = pytest.mark.usefixtures("room")

Headers = Mapping[str, str]
Policy = dict[str, list[str]]
ENOUGH = 135  # of 100, and what may be earned on top
HALF_A_YEAR = 15_768_000  # seconds


def policy_of(headers: Headers) -> Policy:
    parts = [part.split() for part in headers.get("Content-Security-Policy", "").split(";") if part.strip()]
    return {name: values for name, *values in parts}


def for_policy(headers: Headers) -> int:
    """+10 when nothing is allowed that is not named, +5 without inline code; a page without a policy loses 25."""
    policy = policy_of(headers)
    if not policy:
        return -25
    scripts, styles = (policy.get(kind, policy.get("default-src", ["*"])) for kind in ("script-src", "style-src"))
    if any(word in scripts for word in ("'unsafe-inline'", "'unsafe-eval'", "*", "http:", "https:", "data:")):
        return -20
    return 0 if "'unsafe-inline'" in styles else 10 if policy.get("default-src") == ["'none'"] else 5


def for_transport(headers: Headers) -> int:
    """Nothing to win: only a name that stands in the browsers' own list earns 5."""
    seconds = re.search(r"max-age=(\d+)", headers.get("Strict-Transport-Security", ""))
    return 0 if seconds and int(seconds[1]) >= HALF_A_YEAR else -20


def for_framing(headers: Headers) -> int:
    """+5 when the policy says it too."""
    if "frame-ancestors" in policy_of(headers):
        return 5
    return 0 if headers.get("X-Frame-Options") in {"DENY", "SAMEORIGIN"} else -20


def for_cookies(headers: Headers) -> int:
    """+5 when every cookie is Secure, HttpOnly and SameSite."""
    cookies = [line.lower() for line in headers.get("Set-Cookie", "").splitlines() if line]
    if not all("secure" in cookie and "httponly" in cookie for cookie in cookies):
        return -40
    return 5 if cookies and all("samesite=" in cookie for cookie in cookies) else 0


def for_resources(headers: Headers) -> int:
    return 10 if headers.get("Cross-Origin-Resource-Policy") in {"same-origin", "same-site"} else 0


def for_referrer(headers: Headers) -> int:
    return 5 if headers.get("Referrer-Policy") in {"no-referrer", "same-origin", "strict-origin"} else -5


def for_types(headers: Headers) -> int:
    return 0 if headers.get("X-Content-Type-Options") == "nosniff" else -5


def for_strangers(headers: Headers) -> int:
    """Other sites may not read what is answered."""
    return -50 if headers.get("Access-Control-Allow-Origin") == "*" else 0


RULES: tuple[Callable[[Headers], int], ...] = (
    for_policy, for_transport, for_framing, for_cookies, for_resources, for_referrer, for_types, for_strangers,
)  # fmt: skip


def score(headers: Headers) -> int:
    return 100 + sum(rule(headers) for rule in RULES)


KNOWN = {
    "default-src", "script-src", "style-src", "font-src", "connect-src", "img-src", "manifest-src", "worker-src",
    "form-action", "frame-ancestors", "base-uri", "object-src", "upgrade-insecure-requests",
}  # fmt: skip
EVERYWHERE = {
    "*",
    "http:",
    "https:",
    "data:",
    "blob:",
    "filesystem:",
    "'unsafe-inline'",
    "'unsafe-eval'",
    "'unsafe-hashes'",
}


def objections(policy: Policy) -> list[str]:
    """Grave, medium and spelling findings; an own origin that may serve scripts is none of them."""
    found = [f"{name} is not a directive" for name in policy if name not in KNOWN]
    for name in ("script-src", "object-src"):
        allowed = policy.get(name, policy.get("default-src", ["*"]))
        found += [
            f"{name} allows {word}" for word in allowed if word in EVERYWHERE or re.match(r"'?(nonce|\d)|\*", word)
        ]
    found += [f"{name} is missing" for name in ("default-src", "base-uri", "form-action") if name not in policy]
    words = [word for allowed in policy.values() for word in allowed]
    return found + [f"{word} lacks its quotes" for word in words if word in {"self", "none", "strict-dynamic"}]


@pytest.fixture
def over_tls(settings: Settings, client: Client) -> Client:
    """The profile of production, as far as headers go."""
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_HSTS_SECONDS = 365 * 24 * 3600
    return client


@pytest.mark.parametrize("path", ["/en/", "/ko/cases/", "/en/clinics/", "/en/account/log-in/", "/admin/login/"])
def test_a_page_scores_135_points_and_no_objection(over_tls: Client, path: str) -> None:
    response = over_tls.get(path, secure=True)
    assert response.status_code == 200
    headers = dict(response.headers) | {
        "Set-Cookie": "\n".join(cookie.OutputString() for cookie in response.cookies.values())
    }
    assert {rule.__name__: rule(headers) for rule in RULES if rule(headers) < 0} == {}
    assert objections(policy_of(headers)) == []
    assert score(headers) >= (ENOUGH if response.cookies else ENOUGH - 5)  # no cookie, no points for it


def test_the_scale_knows_bad_headers() -> None:
    assert score({}) == 25
    weak = policy_of(
        {"Content-Security-Policy": "default-src self; script-src 'self' 'unsafe-inline' https:; sript-src *"}
    )
    assert len(objections(weak)) == 6
