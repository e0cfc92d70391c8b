"""The same photo and the same network, answered and explained in four ways, each from bytes to two pictures."""

from io import BytesIO

import numpy as np
import torch
from PIL import Image
from pytorch_grad_cam import GradCAM
from pytorch_grad_cam.utils.image import show_cam_on_image
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget

from ml.inference import Diagnoser, model_card, read_photo
from ml.network import LesionNet, loaded_net
from ml.preprocess import to_input
from ml.releases import load_weights
from tests.bench.timing import Work

TASK = "dog_skin"


def ways(photo: bytes) -> dict[str, Work]:
    """original: loads the model each time; usual: loaded once; ours; floor: scaled decode and bare forward pass."""
    torch.set_num_threads(1)
    card, diagnoser, net = model_card(TASK), Diagnoser.load(TASK), _load()

    def floor() -> None:
        diagnoser.runtime(to_input(read_photo(photo), size=card.image_size, mean=card.mean, std=card.std)[None])

    def ours() -> None:
        picture = read_photo(photo)
        finding = diagnoser.diagnose(picture)
        _jpeg(picture)
        if finding.heatmaps[0] is not None:
            finding.heatmaps[0].save(BytesIO(), "PNG")

    return {
        "original": lambda: _explained_by_gradients(_load(), photo),
        "usual": lambda: _explained_by_gradients(net, photo),
        "ours": ours,
        "floor": floor,
    }


def _load() -> LesionNet:
    card = model_card(TASK)
    return loaded_net(card, load_weights(card)).eval()


def _explained_by_gradients(net: LesionNet, photo: bytes) -> None:
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
