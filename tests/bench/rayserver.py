"""The same diagnosis behind Ray Serve: ``python -m tests.bench.rayserver PORT``; the bench starts it."""

import sys
import time
from typing import Any

import ray
from ray import serve

from ml.inference import Diagnoser, read_photo


@serve.deployment(num_replicas=1, ray_actor_options={"num_cpus": 1})
class Api:
    """One model, loaded once; a photo is the body."""

    def __init__(self) -> None:
        self.diagnoser = Diagnoser.load("dog_skin")

    async def __call__(self, request: Any) -> dict[str, str]:
        return {"label": self.diagnoser.diagnose(read_photo(await request.body())).candidates[0].label}


if __name__ == "__main__":
    ray.init(include_dashboard=False, log_to_driver=False)
    serve.start(http_options={"host": "127.0.0.1", "port": int(sys.argv[1])})
    serve.run(Api.bind(), route_prefix="/predict")  # type: ignore[attr-defined]
    while True:
        time.sleep(60)
