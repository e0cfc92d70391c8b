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


def test_the_runtime_keeps_no_identifier_of_the_machine_and_reports_to_nobody(tmp_path: Path) -> None:
    home = {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path)}
    environment = {name: value for name, value in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"} | home
    subprocess.run([sys.executable, "-c", "import ml.runtime.cpu"], cwd=ROOT, env=environment, check=True)
    assert not list(tmp_path.iterdir())
