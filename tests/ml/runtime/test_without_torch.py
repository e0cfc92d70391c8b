"""A serving process does without torch and without whatever else only training needs."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
HEAVY = ["torch", "torchvision", "timm", "pandas", "sklearn", "scipy", "matplotlib", "onnx", "cv2"]
SERVE = f"""
import json, resource, sys
from ml.inference import Diagnoser, released_tasks
from ml.sample import sample_picture
for task in released_tasks():
    Diagnoser.load(task).diagnose(sample_picture())
pages = int(open("/proc/self/statm").read().split()[1])
loaded = [name for name in {HEAVY!r} if name in sys.modules]
print(json.dumps({{"loaded": loaded, "mb": pages * resource.getpagesize() / 2**20}}))
"""


def serve() -> dict[str, list[str] | float]:
    done = subprocess.run(
        [sys.executable, "-c", SERVE], cwd=ROOT, env=os.environ | {"OMP_NUM_THREADS": "1"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    answer: dict[str, list[str] | float] = json.loads(done.stdout)
    return answer


def test_every_task_is_answered_without_torch_in_less_than_250_mb() -> None:
    answer = serve()
    assert answer["loaded"] == []
    assert isinstance(answer["mb"], float) and answer["mb"] < 250
