"""torchvision can be imported whether or not its compiled extension fits the installed torch."""

import subprocess
import sys

import pytest
import torch

from ml import _torchvision

# The same refusal that a CUDA extension meets beside a CPU build of torch
WITHOUT_EXTENSION = """
import torch
def refuse(path): raise OSError("libcudart.so: cannot open shared object file")
torch.ops.load_library = refuse
"""
USE = """
import torchvision
from torchvision.transforms import v2
assert v2.functional.resize(torch.zeros(3, 8, 8), [4, 4]).shape == (3, 4, 4)
"""


def run(*lines: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True, check=False)


def test_transforms_work_without_the_extension() -> None:
    done = run(WITHOUT_EXTENSION, "import ml", USE)
    assert done.returncode == 0, done.stderr


def test_without_the_mend_the_import_would_stop() -> None:
    done = run(WITHOUT_EXTENSION, USE)
    assert "operator torchvision::nms does not exist" in done.stderr


def test_an_extension_that_loads_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded: list[str] = []
    monkeypatch.setattr(torch.ops, "load_library", loaded.append)
    monkeypatch.setattr(_torchvision, "_kept", [])
    assert _torchvision.make_importable() == ()
    assert loaded
    assert not _torchvision._kept


def test_mending_twice_defines_nothing_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_torchvision, "_extension_loads", lambda: False)
    _torchvision.make_importable()
    assert _torchvision.make_importable() == ()
    assert hasattr(torch.ops.torchvision, "nms")
