"""Django's sessions, for days when the database cannot be written."""

from django.contrib.sessions.middleware import SessionMiddleware
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from walness.errors import outage


class SturdySessionMiddleware(SessionMiddleware):
    """A session that cannot be kept is an outage with a sentence, not an error of ours."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        try:
            return super().process_response(request, response)  # type: ignore[arg-type]
        except DatabaseError as error:
            answer: HttpResponse = outage(request, error)
            return answer
