"""The API's root: the rooms add their routers, and every refusal is one JSON sentence."""

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import ValidationError

from clinics.api import router as clinics
from diagnosis.api import router as diagnosis
from walness.errors import not_found

api = NinjaAPI(
    title="Walness",
    version="1",
    description="Decision support for eye and skin photos of dogs, cats and people. Not a diagnosis.",
    urls_namespace="api",
)
api.add_router("", diagnosis, tags=["cases"])
api.add_router("", clinics, tags=["clinics"])


@api.exception_handler(Http404)
def absent(request: HttpRequest, error: Http404) -> HttpResponse:
    """404: the sentence that the pages have."""
    return not_found(request, error)


@api.exception_handler(ValidationError)
def refuse(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """422: what is wrong with which parameter."""
    sentences = [f"{problem['loc'][-1]}: {problem['msg']}." for problem in error.errors]
    return api.create_response(request, {"detail": " ".join(sentences)}, status=422)
