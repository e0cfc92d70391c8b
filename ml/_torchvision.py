"""Makes torchvision importable where its compiled extension does not fit the installed torch.

A CPU build of torch beside the ordinary torchvision is such a pair: the extension stays out, and importing torchvision
then stops at two operators that it describes but that nobody defined. Their bare schemas are enough for transforms,
models and timm; the operators themselves serve object detection, which nothing here does.
"""

from __future__ import annotations

import sys
from importlib.abc import MetaPathFinder
from importlib.machinery import EXTENSION_SUFFIXES
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

_SCHEMAS = {
    "nms": "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms": "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
}
_kept: list[torch.library.Library] = []  # a library's definitions live only as long as the object does


class _Mender(MetaPathFinder):
    """Finds nothing itself: it mends torchvision in the moment somebody first asks for it."""

    def find_spec(self, name: str, *_anything: object) -> None:
        """Step aside for good once torchvision is asked for."""
        if name == "torchvision":
            sys.meta_path.remove(self)
            make_importable()


def mend_on_import() -> None:
    """Have it mended before it is first imported, without importing torch for those who never do."""
    sys.meta_path.insert(0, _Mender())


def make_importable() -> tuple[str, ...]:
    """Define the operators that torchvision expects and its extension did not bring; name those defined."""
    import torch

    if _extension_loads():
        return ()
    missing = tuple(name for name in _SCHEMAS if not hasattr(torch.ops.torchvision, name))
    if missing:
        library = torch.library.Library("torchvision", "FRAGMENT")
        for name in missing:
            library.define(_SCHEMAS[name])
        _kept.append(library)
    return missing


def _extension_loads() -> bool:
    """Load torchvision's extension as torchvision itself will, without importing torchvision."""
    import torch

    spec = find_spec("torchvision")
    if spec is None or spec.origin is None:
        return False
    files = [path for suffix in EXTENSION_SUFFIXES if (path := Path(spec.origin).with_name("_C" + suffix)).exists()]
    try:
        for path in files:
            torch.ops.load_library(str(path))
    except (ImportError, OSError):
        return False
    return bool(files)
