"""The same photo answered and explained in several ways, each from its bytes to the pictures that a page shows."""

from collections.abc import Callable
from functools import partial
from io import BytesIO
from pathlib import Path

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
Way = Callable[[bytes, bytes, Path], Work]  # from a photo, a close call and a folder for files to what is timed
ABOUT = {
    "original": "the first Walness: two ResNet-50 loaded in each request, three full decodes, a backward pass",
    "original, our network": "the same procedure with our released network in both places",
    "usual": "our network loaded once, one full decode, a forward pass, then pytorch-grad-cam",
    "ours": "this project without the web, on a photo whose first candidate is far ahead",
    "ours, close call": "the same on a photo that is shaken as well, because the second candidate is near",
    "ours, bare": "what the usual way does and no more: no intake, no quality, no second look",
    "floor": "scaled decode, preprocessing and one bare forward pass",
}


def floor(diagnoser: Diagnoser, photo: bytes) -> None:
    """What nobody can do without."""
    card = diagnoser.card
    diagnoser.runtime(to_input(read_photo(photo), size=card.image_size, mean=card.mean, std=card.std)[None])


def _ours(diagnoser: Diagnoser, photo: bytes, *, close: bool) -> None:
    picture = read_photo(photo)
    finding = diagnoser.diagnose(picture)
    assert not finding.abstained, f"the bench's photo is not answered: {finding.reason}"
    first, second = finding.candidates[:2]
    near = first.probability - second.probability < AHEAD
    assert near == close, "the bench's photo is not as near or far as its name says: draw another patch"
    _jpeg(picture)
    if finding.heatmaps[0] is not None:
        finding.heatmaps[0].save(BytesIO(), "PNG", compress_level=1)


def _bare(diagnoser: Diagnoser, photo: bytes) -> None:
    picture, card = read_photo(photo), diagnoser.card
    image = to_input(picture, size=card.image_size, mean=card.mean, std=card.std)[None]
    logits, maps, *_ = diagnoser.runtime(image)
    as_picture(grad_cam(maps[0], diagnoser.runtime.head, int(logits.argmax()))).save(BytesIO(), "PNG", compress_level=1)
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


def _original(photo: bytes, folder: Path, load: Callable[[Path], original.Load]) -> Work:
    torch.set_num_threads(1)
    network = load(folder)
    return lambda: original.answer(photo, network, folder)


def _usual_way(photo: bytes, _close: bytes, _folder: Path) -> Work:
    torch.set_num_threads(1)
    net = loaded_net(model_card(TASK), load_weights(model_card(TASK)))
    return lambda: _usual(net, photo)


def _with(way: Callable[[Diagnoser, bytes], None], *, near: bool = False) -> Way:
    """A way of ours, on the photo that is a close call if ``near``."""

    def build(photo: bytes, close: bytes, _folder: Path) -> Work:
        diagnoser = Diagnoser.load(TASK)
        return lambda: way(diagnoser, close if near else photo)

    return build


WAYS: dict[str, Way] = {
    "original": lambda photo, _, folder: _original(photo, folder, original.resnets),
    "original, our network": lambda photo, _, folder: _original(photo, folder, lambda _f: original.released(TASK)),
    "usual": _usual_way,
    "ours": _with(partial(_ours, close=False)),
    "ours, close call": _with(partial(_ours, close=True), near=True),
    "ours, bare": _with(_bare),
    "floor": _with(floor),
}
