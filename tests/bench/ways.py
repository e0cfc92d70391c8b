"""The same photo answered and explained in several ways, each from its bytes to the pictures that a page shows."""

import multiprocessing
import tempfile
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from pytorch_grad_cam import GradCAM
from pytorch_grad_cam.utils.image import show_cam_on_image
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget

from ml.doubts import AHEAD
from ml.gradcam import as_picture, grad_cam
from ml.inference import Diagnoser, model_card, read_photo
from ml.network import LesionNet, loaded_net
from ml.preprocess import to_input
from ml.releases import load_weights
from tests.bench import original
from tests.bench.timing import Work

TASK = "dog_skin"
ABOUT = {
    "original": "the first Walness: two ResNet-50 loaded in each request, three full decodes, a backward pass",
    "original, our network": "the same procedure with our released network in both places",
    "usual": "our network loaded once, one full decode, a forward pass, then pytorch-grad-cam",
    "ours": "this project without the web, on a photo whose first candidate is far ahead",
    "ours, close call": "the same on a photo that is shaken as well, because the second candidate is near",
    "ours, bare": "what the usual way does and no more: no intake, no quality, no second look",
    "floor": "scaled decode, preprocessing and one bare forward pass",
}


def ways(photo: bytes, close: bytes, folder: Path) -> dict[str, Work]:
    """What ``ABOUT`` says, on one thread of computing each; ``folder`` takes the original's files."""
    torch.set_num_threads(1)
    resnet, released = original.resnets(folder), original.released(TASK)
    net, diagnoser = loaded_net(model_card(TASK), load_weights(model_card(TASK))), Diagnoser.load(TASK)
    return {
        "original": lambda: original.answer(photo, resnet, folder),
        "original, our network": lambda: original.answer(photo, released, folder),
        "usual": lambda: _usual(net, photo),
        "ours": lambda: _ours(diagnoser, photo, close=False),
        "ours, close call": lambda: _ours(diagnoser, close, close=True),
        "ours, bare": lambda: _bare(diagnoser, photo),
        "floor": lambda: floor(diagnoser, photo),
    }


def floor(diagnoser: Diagnoser, photo: bytes) -> None:
    """What nobody can do without."""
    card = diagnoser.card
    diagnoser.runtime(to_input(read_photo(photo), size=card.image_size, mean=card.mean, std=card.std)[None])


def throughput(photo: bytes, close: bytes, rounds: int, processes: int = 2) -> dict[str, float]:
    """Answers a second of two processes at once, each going through all the ways, side by side by a barrier."""
    context = multiprocessing.get_context("spawn")
    barrier, results = context.Barrier(processes), context.Queue()
    crew = [context.Process(target=_race, args=(photo, close, rounds, barrier, results)) for _ in range(processes)]
    for one in crew:
        one.start()
    rates: list[dict[str, float]] = [results.get() for _ in crew]
    for one in crew:
        one.join()
    return {name: round(sum(rate[name] for rate in rates), 2) for name in rates[0]}


def _race(photo: bytes, close: bytes, rounds: int, barrier: Any, results: Any) -> None:
    with tempfile.TemporaryDirectory() as folder:
        results.put(
            {name: _rate(work, rounds, barrier.wait) for name, work in ways(photo, close, Path(folder)).items()}
        )


def _rate(work: Work, rounds: int, together: Callable[[], object]) -> float:
    work()
    together()
    start = time.perf_counter()
    for _ in range(rounds):
        work()
    return rounds / (time.perf_counter() - start)


def _ours(diagnoser: Diagnoser, photo: bytes, *, close: bool) -> None:
    picture = read_photo(photo)
    finding = diagnoser.diagnose(picture)
    assert not finding.abstained, f"the bench's photo is not answered: {finding.reason}"
    first, second = finding.candidates[:2]
    near = first.probability - second.probability < AHEAD
    assert near == close, "the bench's photo is not as near or far as its name says: draw another patch"
    _jpeg(picture)
    if finding.heatmaps[0] is not None:
        finding.heatmaps[0].save(BytesIO(), "PNG")


def _bare(diagnoser: Diagnoser, photo: bytes) -> None:
    picture, card = read_photo(photo), diagnoser.card
    image = to_input(picture, size=card.image_size, mean=card.mean, std=card.std)[None]
    logits, maps, _ = diagnoser.runtime(image)
    as_picture(grad_cam(maps[0], diagnoser.runtime.head, int(logits.argmax()))).save(BytesIO(), "PNG")
    _jpeg(picture)


def _usual(net: LesionNet, photo: bytes) -> None:
    """What tutorials do: decode all of it, forward, backward for the top class, paint the map over the picture."""
    card = model_card(TASK)
    picture = Image.open(BytesIO(photo)).convert("RGB")
    image = torch.from_numpy(to_input(picture, size=card.image_size, mean=card.mean, std=card.std))[None]
    with torch.no_grad():
        top = int(net(image).softmax(1).argmax())
    with GradCAM(model=net, target_layers=[net.backbone.bn2]) as cam:
        heat = cam(input_tensor=image, targets=[ClassifierOutputTarget(top)])[0]
    picture.thumbnail((1000, 1000))
    large = np.asarray(Image.fromarray(heat).resize(picture.size, Image.Resampling.BILINEAR))
    painted = show_cam_on_image(np.asarray(picture, np.float32) / 255, large, use_rgb=True)
    _jpeg(picture)
    _jpeg(Image.fromarray(painted))


def _jpeg(picture: Image.Image) -> bytes:
    memory = BytesIO()
    picture.save(memory, "JPEG", quality=88)
    return memory.getvalue()
