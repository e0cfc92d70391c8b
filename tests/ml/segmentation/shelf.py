"""An outline network for tests that nobody trained: what is dark in the photo is the lesion."""

import hashlib
from pathlib import Path

import numpy as np
from onnx import TensorProto, helper, numpy_helper
from PIL import Image, ImageDraw

from ml.cards import ModelCard

SIDE = 96  # pixels the network sees
STEEP = 20.0  # logits a unit of brightness: a clear edge


def dark_is_lesion() -> bytes:
    """ONNX: logit = STEEP × (0 − mean of the normalised channels), so that mid grey is the edge."""
    weight = np.full((1, 3, 1, 1), -STEEP / 3, np.float32)
    node = helper.make_node("Conv", ["images", "weight"], ["logits"])
    shape: list[str | int | None] = ["n", 1, SIDE, SIDE]
    graph = helper.make_graph(
        [node],
        "dark",
        [helper.make_tensor_value_info("images", TensorProto.FLOAT, ["n", 3, SIDE, SIDE])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, shape)],
        [numpy_helper.from_array(weight, "weight")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)
    return bytes(model.SerializeToString())


def put_outliner_on_shelf(registry: Path, *, below: float = 0.6) -> ModelCard:
    """Release that network."""
    model = dark_is_lesion()
    card = ModelCard(
        task="lesion_outline",
        version="2026.11.1",
        architecture="dark is lesion",
        labels=("lesion",),
        kind="segmentation",
        image_size=SIDE,
        mean=(0.5, 0.5, 0.5),
        std=(0.5, 0.5, 0.5),
        temperature=1.0,
        abstain={"below": below, "smallest_share": 0.003, "largest_share": 0.9},
        weights_sha256="",
        runtime_sha256=hashlib.sha256(model).hexdigest(),
    )
    home = registry / card.task / card.version
    home.mkdir(parents=True)
    (home / "model.onnx").write_bytes(model)
    (home / "card.json").write_text(card.to_json())
    return card


def spot(width: int = 300, height: int = 200, box: tuple[int, int, int, int] = (90, 40, 210, 160)) -> Image.Image:
    """A brown disc on light skin; the usual one has a radius of 60 pixels."""
    picture = Image.new("RGB", (width, height), (225, 190, 170))
    ImageDraw.Draw(picture).ellipse(box, fill=(90, 50, 35))
    return picture
