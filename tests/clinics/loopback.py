"""A provider's server on the loopback, answering as a test tells it to."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass
class Reply:
    body: Any = None  # bytes go out as they are, anything else as JSON
    status: int = 200
    wait_s: float = 0.0
    drip_s: float = 0.0  # between the bytes of the body


@dataclass
class Server:
    url: str = ""
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)  # (path, parameters)


@contextmanager
def serving(reply: Callable[[str, dict[str, str]], Reply]) -> Iterator[Server]:
    """Serve until the block ends."""
    server = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(urlsplit(self.path).query)

        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers["Content-Length"])).decode())

        def _answer(self, query: str) -> None:
            asked = urlsplit(self.path).path, {name: values[0] for name, values in parse_qs(query).items()}
            server.asked.append(asked)
            answer = reply(*asked)
            time.sleep(answer.wait_s)
            body = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
            try:
                self.send_response(answer.status)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                for piece in [body[i : i + 1] for i in range(len(body))] if answer.drip_s else [body]:
                    self.wfile.write(piece)
                    time.sleep(answer.drip_s)
            except ConnectionError:
                return  # the client has given up, as it should

        def log_message(self, format: str, *args: object) -> None:
            return

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.url = f"http://127.0.0.1:{http.server_address[1]}"
    thread = threading.Thread(target=http.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        http.server_close()
        thread.join()
