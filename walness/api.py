"""The API's root: the rooms add their routers, every refusal is one JSON sentence."""

from ninja import NinjaAPI

from clinics.api import router as clinics
from diagnosis.api import router as diagnosis

api = NinjaAPI(
    title="Walness",
    version="1",
    description="Decision support for eye and skin photos of dogs, cats and people. Not a diagnosis.",
    urls_namespace="api",
)
api.add_router("", diagnosis, tags=["cases"])
api.add_router("", clinics, tags=["clinics"])
