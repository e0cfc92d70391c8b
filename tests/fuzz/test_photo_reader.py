"""The photo reader holds against a short run of the fuzzer; `make fuzz` runs it for longer."""

import subprocess
import sys
from pathlib import Path

from tests.ml.hostile import KINDS, drawn, encoded

ROOT = Path(__file__).resolve().parents[2]


def test_the_photo_reader_answers_a_thousand_made_up_files(tmp_path: Path) -> None:
    for kind in KINDS:
        (tmp_path / kind).write_bytes(encoded(drawn(80, 64), kind))
    limits = ["-runs=1000", "-max_total_time=20", "-rss_limit_mb=2000", f"-artifact_prefix={tmp_path}/", "-seed=1"]
    run = [sys.executable, "-W", "ignore", "-m", "tests.fuzz.photo_reader", *limits, str(tmp_path)]
    result = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
    assert result.returncode == 0, result.stderr[-2000:]
    assert "Done" in result.stderr
