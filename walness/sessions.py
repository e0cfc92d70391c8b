"""Django's sessions, for days when the database cannot be written."""

from django.contrib.sessions.middleware import SessionMiddleware
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse

from walness.errors import outage


class SturdySessionMiddleware(SessionMiddleware):
    """A session that cannot be kept is an outage with a sentence, not an error of ours."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        try:
            return super().process_response(request, response)
        except DatabaseError as error:
            return outage(request, error)
