"""Both runtimes answer alike, from files that are what their card says."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from ml.errors import CorruptModel
from ml.inference import Diagnoser, model_card
from ml.network import LesionNet, loaded_net
from ml.releases import load_weights
from ml.runtime import choose
from ml.runtime.cpu import OnnxRuntime
from ml.runtime.export import add_export, export_network, to_onnx
from ml.runtime.gpu import TorchRuntime
from tests.ml.drawn import drawn_eye
from tests.ml.shelf import CARD, put_on_shelf

BACKBONES = ["test_efficientnet", "test_resnet", "tf_efficientnet_lite0"]
DEVICES = ["cpu", "cuda"] if torch.cuda.is_available() else ["cpu"]
TOLERANCE = {"cpu": 1e-3, "cuda": 0.05}  # relative; a GPU computes in bfloat16, which keeps 8 bits


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shelf whose one release brings its exported network."""
    registry = tmp_path_factory.mktemp("registry")
    put_on_shelf(registry)
    add_export("human_eye", registry=registry)
    return registry


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("backbone", BACKBONES)
def test_onnx_runtime_and_torch_agree_on_answer_and_maps(backbone: str, device: str) -> None:
    torch.manual_seed(0)
    net = LesionNet(backbone, 5).half().float()  # as released: what 16 bit can say
    card = replace(CARD, architecture=backbone, labels=tuple("abcde"), image_size=96)
    ours = OnnxRuntime(export_network(net, card), net.head.weight.detach().numpy())
    theirs = TorchRuntime(net, torch.device(device))
    images = np.random.default_rng(0).normal(size=(3, 3, 96, 96)).astype(np.float32)  # another N than was exported
    seen = ours(images)
    for one, other in [*zip(seen, theirs(images), strict=True), (ours.again(seen.middle), theirs.again(seen.middle))]:
        assert one.dtype == other.dtype == np.float32 and one.shape == other.shape
        assert np.abs(one - other).max() < TOLERANCE[device] * max(1, np.abs(other).max())


def test_what_was_seen_half_way_answers_again_as_before() -> None:
    runtime = Diagnoser.load("dog_skin").runtime
    side = model_card("dog_skin").image_size
    seen = runtime(np.random.default_rng(0).normal(size=(2, 3, side, side)).astype(np.float32))
    assert np.array_equal(runtime.again(seen.middle), seen.logits)


def test_pictures_that_pass_one_by_one_are_answered_in_their_order_and_as_each_alone() -> None:
    runtime = Diagnoser.load("human_skin").runtime
    side = model_card("human_skin").image_size
    images = np.random.default_rng(0).normal(size=(5, 3, side, side)).astype(np.float32)
    seen = runtime(images)
    assert {len(part) for part in seen} == {5}
    for number, image in enumerate(images):
        alone = runtime(image[None]).logits
        assert np.array_equal(alone[0], seen.logits[number])


def test_the_released_networks_answer_alike_in_both_runtimes() -> None:
    card = model_card("human_skin")
    tensors = load_weights(card)
    served, reference = Diagnoser.load("human_skin"), Diagnoser(card, TorchRuntime(loaded_net(card, tensors)))
    assert isinstance(served.runtime, OnnxRuntime)
    for seed in range(3):
        pairs = zip(*(d.diagnose(drawn_eye(seed=seed)).candidates for d in (served, reference)), strict=True)
        assert all(a.label == b.label and abs(a.probability - b.probability) < 1e-4 for a, b in pairs)


def test_a_release_with_its_exported_network_is_served_by_onnx_runtime(exported: Path) -> None:
    assert isinstance(Diagnoser.load("human_eye", registry=exported).runtime, OnnxRuntime)


def test_a_release_without_one_is_served_by_torch(tmp_path: Path) -> None:
    put_on_shelf(tmp_path)
    assert isinstance(Diagnoser.load("human_eye", registry=tmp_path).runtime, TorchRuntime)


def test_a_missing_exported_network_is_no_misfortune(exported: Path) -> None:
    file = exported / "human_eye" / CARD.version / choose.BACK
    away = file.rename(file.with_suffix(".away"))
    try:
        assert isinstance(Diagnoser.load("human_eye", registry=exported).runtime, TorchRuntime)
    finally:
        away.rename(file)


def test_an_altered_exported_network_is_refused(exported: Path) -> None:
    file = exported / "human_eye" / CARD.version / choose.FRONT
    whole = file.read_bytes()
    file.write_bytes(whole[:-1] + b"!")
    try:
        with pytest.raises(CorruptModel, match="not that of its card"):
            Diagnoser.load("human_eye", registry=exported)
    finally:
        file.write_bytes(whole)


def test_an_exported_network_of_an_earlier_kind_is_refused_with_what_to_do() -> None:
    older = to_onnx(torch.nn.Identity(), torch.zeros(1, 3, 8, 8), ("logits",))
    with pytest.raises(CorruptModel, match="python -m ml export"):
        OnnxRuntime((older, older), np.zeros((3, 8), np.float32))


def test_where_there_is_a_gpu_torch_serves(exported: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choose, "GPU_SIGNS", (exported,))  # something that exists
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr("ml.runtime.gpu.best_device", lambda: torch.device("cpu"))  # there is none to move to
    assert isinstance(Diagnoser.load("human_eye", registry=exported).runtime, TorchRuntime)


def test_signs_of_a_gpu_that_torch_cannot_use_change_nothing(exported: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choose, "GPU_SIGNS", (exported,))
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert isinstance(Diagnoser.load("human_eye", registry=exported).runtime, OnnxRuntime)


def test_an_export_that_answers_otherwise_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ml.runtime.export.AGREEMENT", -1.0)
    with pytest.raises(CorruptModel, match=r"differs by .* from torch's"):
        export_network(LesionNet("test_efficientnet", 3), CARD)


def test_exporting_adds_one_line_to_the_card_and_leaves_the_rest(tmp_path: Path) -> None:
    before = put_on_shelf(tmp_path)
    after = add_export("human_eye", registry=tmp_path)
    assert after.runtime_sha256 and replace(after, runtime_sha256="") == before
