"""A process that gave up files can neither open, remove nor start any."""

import ctypes
import subprocess
import sys
from pathlib import Path

import pytest

from ml import sandbox
from ml.landlock import ASK_VERSION, CREATE_RULESET

ROOT = Path(__file__).resolve().parents[2]
KNOWN = ctypes.CDLL(None).syscall(CREATE_RULESET, None, 0, ASK_VERSION) > 0

pytestmark = pytest.mark.skipif(not KNOWN, reason="this kernel has no Landlock")


ACTS = ["open(path)", "os.unlink(path)", "os.rename(path, path + 'x')", "os.execv(path, [path])"]


@pytest.mark.parametrize("act", ACTS)
def test_nothing_can_be_done_to_a_file_after_it_was_given_up(tmp_path: Path, act: str) -> None:
    file = tmp_path / "photo"
    file.write_text("#!/bin/sh\necho started")
    file.chmod(0o700)
    code = f"import os; from ml.landlock import give_up_files; path = {str(file)!r}; assert give_up_files(); {act}"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert "PermissionError" in run.stderr and not run.stdout
    assert file.exists()


def test_the_child_that_reads_photos_gave_them_up() -> None:
    sandbox.close()
    sandbox.warm_up()
    status = Path(f"/proc/{sandbox._idle.queue[0].process.pid}/status").read_text()
    assert "NoNewPrivs:\t1" in status
