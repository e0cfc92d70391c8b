"""Lets schemathesis ask a running server whatever the API's own description allows, and what it does not.

python -m tests.fuzz.openapi SCHEMATHESIS [SECONDS]    SCHEMATHESIS is its command, from an environment of its own.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from tests.load.stack import stack

# Not asked: what a refusal by another layer means to the description (405, 413, 429), and whether odd data is accepted.
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"


def main() -> int:
    command, seconds = str(Path(sys.argv[1]).resolve()), sys.argv[2] if len(sys.argv) > 2 else "150"
    with tempfile.TemporaryDirectory(prefix="walness-fuzz-") as folder, stack(Path(folder), nginx=False) as service:
        run = [command, "run", f"{service.url}/api/v1/openapi.json", "--checks", CHECKS, "--max-time", seconds]
        run += ["--phases", "examples,coverage,fuzzing", "--seed", "1", "--request-timeout", "20", "--no-color"]
        return subprocess.run(run, cwd=folder, check=False).returncode


if __name__ == "__main__":
    raise SystemExit(main())
