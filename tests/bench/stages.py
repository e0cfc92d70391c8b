"""Where the time of one case goes, stage by stage, in a process of its own."""

from collections.abc import Callable

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from diagnosis import services
from diagnosis.engine import diagnoser_for
from diagnosis.models import BodySite, Species
from diagnosis.services.files import keep
from ml.gradcam import as_picture, grad_cam
from ml.inference import read_photo
from ml.preprocess import to_input
from ml.quality import assess
from tests.bench.timing import interleaved


def new_visitor() -> Client:
    """A browser that this process plays itself."""
    return Client(SERVER_NAME="localhost")


def first_case(visitor: Client, photo: bytes) -> str:
    """Send a photo; the address of its result."""
    answers = {"species": "dog", "body_site": "skin", "photo": SimpleUploadedFile("p.jpg", photo)}
    return str(visitor.post("/ko/cases/", answers).headers["Location"])


def stages(visitor: Client, address: str, photo: bytes, rounds: int) -> dict[str, float]:
    """CPU milliseconds of each stage (medians); ``database`` is the transaction, ``template`` the result page."""
    works = _works(photo) | {"template": lambda: visitor.get(address)}
    spent = interleaved(works, rounds)
    whole = spent.pop("submit")
    spent["database"] = max(0.0, whole - sum(spent[name] for name in _PARTS_OF_SUBMIT))
    return {name: round(spent[name], 2) for name in _ORDER}


_PARTS_OF_SUBMIT = ("quality", "preprocess", "forward", "heat map", "encode")
_ORDER = ("decode", *_PARTS_OF_SUBMIT, "database", "template")


def _works(photo: bytes) -> dict[str, Callable[[], object]]:
    picture, diagnoser = read_photo(photo), diagnoser_for("dog", "skin")
    card, runtime = diagnoser.card, diagnoser.runtime
    image = to_input(picture, size=card.image_size, mean=card.mean, std=card.std)
    _, maps = runtime(image[None])
    heatmap = as_picture(grad_cam(maps[0], runtime.head, 0))
    dog, skin = Species.objects.get(code="dog"), BodySite.objects.get(code="skin")
    return {
        "decode": lambda: read_photo(photo),
        "quality": lambda: assess(picture),
        "preprocess": lambda: to_input(picture, size=card.image_size, mean=card.mean, std=card.std),
        "forward": lambda: runtime(image[None]),
        "heat map": lambda: as_picture(grad_cam(maps[0], runtime.head, 0)),
        "encode": lambda: keep(picture, heatmap),
        "submit": lambda: services.submit_case(owner="bench", photo=[picture], species=dog, body_site=skin),
    }
