"""Runs a command against nginx and gunicorn as in production; {port} in it becomes nginx's port.

python -m tests.load.serve python http_cases.py --port {port} --form /en/ --post /en/cases/ --field photo \\
    --extra species=dog --extra body_site=eye
python -m tests.load.serve slowhttptest -c 200 -r 100 -l 60 -X -w 10 -y 20 -n 5 -z 32 -k 3 -u http://127.0.0.1:{port}/en/
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from tests.load.stack import stack


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="walness-serve-") as folder, stack(Path(folder), workers=1) as service:
        command = [word.replace("{port}", str(service.port)) for word in sys.argv[1:]]
        return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    raise SystemExit(main())
