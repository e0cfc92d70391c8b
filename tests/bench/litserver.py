"""The same diagnosis behind LitServe: ``python -m tests.bench.litserver PORT``; the bench starts it."""

import sys

import fastapi
import litserve

from ml.inference import Diagnoser, read_photo


class Api(litserve.LitAPI):  # type: ignore[misc]
    """One model, loaded once; photos come as a form."""

    def setup(self, device: str) -> None:
        self.diagnoser = Diagnoser.load("dog_skin")

    def decode_request(self, request: fastapi.Request) -> bytes:
        return bytes(request["photo"].file.read())  # it hands over the form

    def predict(self, data: bytes) -> str:
        return self.diagnoser.diagnose(read_photo(data)).candidates[0].label

    def encode_response(self, label: str) -> dict[str, str]:
        return {"label": label}


if __name__ == "__main__":
    server = litserve.LitServer(Api(), accelerator="cpu")
    server.run(port=int(sys.argv[1]), host="127.0.0.1", log_level="error", generate_client_file=False)
