"""Where the time of one case goes, stage by stage, in a process of its own."""

from collections.abc import Callable

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from diagnosis import services
from diagnosis.engine import diagnoser_for
from diagnosis.models import BodySite, Species
from diagnosis.services.files import Keeping
from ml.gradcam import as_picture, grad_cam
from ml.inference import read_photo
from ml.preprocess import reduced, to_input
from ml.quality import assess
from ml.views import see
from tests.bench.timing import interleaved


def new_visitor() -> Client:
    """A browser that this process plays itself."""
    return Client(SERVER_NAME="localhost")


def first_case(visitor: Client, photo: bytes) -> str:
    """Send a photo; the address of its result."""
    answers = {"species": "dog", "body_site": "skin", "photo": SimpleUploadedFile("p.jpg", photo)}
    return str(visitor.post("/ko/cases/", answers).headers["Location"])


def stages(visitor: Client, address: str, photo: bytes, rounds: int) -> dict[str, float]:
    """CPU milliseconds of each stage (medians); what is no stage of its own is what the rest of its whole takes."""
    works = _works(photo) | {"template": lambda: visitor.get(address), "request": lambda: first_case(visitor, photo)}
    spent = interleaved(works, rounds)
    spent["database"] = max(0.0, spent["submit"] - spent["diagnose"] - spent["encode"])
    spent["form"] = max(0.0, spent["request"] - spent["submit"])  # the child that decodes counts for itself
    spent["second look"] = max(0.0, spent["diagnose"] - sum(spent[name] for name in _FIRST_LOOK))
    return {name: round(spent[name], 2) for name in _ORDER}


_FIRST_LOOK = ("quality", "preprocess", "forward", "intake", "heat map")
_ORDER = ("form", "decode", *_FIRST_LOOK, "second look", "encode", "database", "template")


def _works(photo: bytes) -> dict[str, Callable[[], object]]:
    picture, diagnoser = read_photo(photo), diagnoser_for("dog", "skin")
    card, runtime, intake = diagnoser.card, diagnoser.runtime, diagnoser.intake
    assert intake is not None
    images = to_input(picture, size=card.image_size, mean=card.mean, std=card.std)[None]
    _, maps, statistics, _ = runtime(images)
    heatmap = as_picture(grad_cam(maps[0], runtime.head, 0))
    dog, skin = Species.objects.get(code="dog"), BodySite.objects.get(code="skin")
    return {
        "decode": lambda: read_photo(photo),
        "quality": lambda: assess(reduced(picture)),
        "intake": lambda: intake.belongs(intake.shares(statistics)),
        "preprocess": lambda: to_input(picture, size=card.image_size, mean=card.mean, std=card.std),
        "forward": lambda: see(runtime, images, card.views),
        "heat map": lambda: as_picture(grad_cam(maps[0], runtime.head, 0)),
        "diagnose": lambda: diagnoser.diagnose(picture),
        "encode": lambda: Keeping([picture]).with_maps([heatmap]),
        "submit": lambda: services.submit_case(owner="bench", photo=[picture], species=dog, body_site=skin),
    }
