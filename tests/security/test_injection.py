"""Words that mean something to a database, a template, a shell or a file system are words to us."""

import time

import pytest
from django.test import Client

from tests.fuzz.test_requests import FORMS

pytestmark = pytest.mark.usefixtures("room")
SLOWEST = 2.0  # seconds; a database that was made to sleep would take longer
WORDS = [
    "'", "''", "' OR '1'='1", "1 OR 1=1--", "'; DROP TABLE diagnosis_case;--", "%' ESCAPE '", "\\",
    '" UNION SELECT token FROM diagnosis_case--', "1; SELECT randomblob(1000000000)--",
    "' AND 1=LIKE('ABC',UPPER(HEX(RANDOMBLOB(500000000/2))))--",
    "{{ settings.SECRET_KEY }}", "{% include '/etc/passwd' %}", "${7*191}", "#{7*191}", "{{7*191}}", "%(SECRET_KEY)s",
    "{0.__class__}", "../../../../etc/passwd", "..%2f..%2fetc%2fpasswd", "....//....//etc/passwd",
    "/etc/passwd\x00.jpg", "file:///etc/passwd", "; sleep 5", "$(sleep 5)", "`sleep 5`", "| cat /etc/passwd",
    "http://127.0.0.1:1/", "\r\nSet-Cookie: a=b", "*)(uid=*", "A" * 5000,
]  # fmt: skip
OUTSIDE = [
    "/static/../walness/settings.py", "/static/%2e%2e/manage.py", "/static/..%2f..%2fetc/passwd", "/.git/config",
    "/en/cases/..%2f..%2fsecret_key/", "/media/", "/var/secret_key", "/.env",
]  # fmt: skip
READ = ("q", "next", "page", "species", "site", "sort", "kind", "name", "earlier", "later", "case", "from", "to")
PAGES = ("/en/", "/en/diseases/", "/en/clinics/", "/en/clinics/visit/", "/en/my-cases/", "/api/v1/clinics/", "/healthz")


@pytest.mark.parametrize("word", WORDS, ids=range(len(WORDS)))
def test_a_word_in_every_parameter_is_answered_soon_and_never_run(client: Client, word: str) -> None:
    asked = [("GET", path, dict.fromkeys(READ, word)) for path in PAGES]
    asked += [("POST", path, dict.fromkeys(fields, word)) for path, fields in FORMS.items()]
    for verb, path, fields in asked:
        started = time.monotonic()
        response = client.get(path, fields) if verb == "GET" else client.post(path, fields)
        assert response.status_code < 500, path
        assert time.monotonic() - started < SLOWEST, path
        assert "1337" not in response.text and "root:x" not in response.text and "a=b" not in str(response.headers)


@pytest.mark.parametrize("path", OUTSIDE)
def test_no_path_leads_out_of_what_is_shown(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404
