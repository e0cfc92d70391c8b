"""Whatever a photo breaks, breaks in a child that has no files, no network, little memory and little time."""

import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml import sandbox
from ml.child import HEAD, PICTURE, Child, _shared_memory
from ml.errors import UnreadablePhoto
from ml.photo import SENTENCES, read_photo
from ml.sandbox import read_photo_apart
from tests.ml.hostile import KINDS, bombs, disguises, drawn, encoded, odd_but_good

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def child() -> int:
    """The process id of the one idle child; others may be left from tests that read two photos at once."""
    sandbox.close()
    sandbox.warm_up()
    return sandbox._idle.queue[0].process.pid


def refusal(data: bytes) -> str:
    with pytest.raises(UnreadablePhoto) as caught:
        read_photo_apart(data)
    assert str(caught.value) == SENTENCES[caught.value.code]
    return caught.value.code


def good() -> bytes:
    return encoded(drawn())


@pytest.mark.parametrize("kind", KINDS)
def test_a_photo_read_apart_is_the_photo_read_here(kind: str) -> None:
    data = encoded(drawn(1000, 700), kind)
    assert np.array_equal(np.asarray(read_photo_apart(data)), np.asarray(read_photo(data)))


@pytest.mark.filterwarnings("ignore::UserWarning", "ignore::PIL.Image.DecompressionBombWarning")
def test_hostile_files_are_answered_alike_and_one_child_outlives_them(child: int) -> None:
    for case in [*bombs(), *disguises(), *odd_but_good()]:
        if case.code == "":
            assert read_photo_apart(case.data).mode == "RGB"
        elif case.code != "*":
            assert refusal(case.data) == case.code, case.name
    assert sandbox._idle.queue[0].process.pid == child


def test_a_photo_that_needs_too_much_memory_is_refused_and_the_next_is_read(child: int) -> None:
    large = encoded(Image.new("RGB", (4000, 3000)), "PNG", compress_level=1)
    size = int(Path(f"/proc/{child}/statm").read_text().split()[0]) * resource.getpagesize()
    _soft, hard = resource.prlimit(child, resource.RLIMIT_AS)
    resource.prlimit(child, resource.RLIMIT_AS, (size + 8 * 2**20, hard))
    assert refusal(large) == "cannot_process"
    assert read_photo_apart(good()).size == (320, 240)
    sandbox.close()  # the next test begins with a child that has its memory back


def test_a_child_that_hangs_is_killed_and_the_next_photo_is_read(child: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ml.child.DEADLINE", 0.3)
    os.kill(child, signal.SIGSTOP)
    assert refusal(good()) == "cannot_process"
    monkeypatch.undo()
    assert read_photo_apart(good()).size == (320, 240)


def test_a_child_that_does_not_get_ready_is_ended_and_the_photo_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    sandbox.close()
    started: list[subprocess.Popen[bytes]] = []
    start = subprocess.Popen

    def noted(*command: object, **options: object) -> subprocess.Popen[bytes]:
        started.append(start(*command, **options))  # type: ignore[call-overload]
        return started[-1]

    monkeypatch.setattr(subprocess, "Popen", noted)
    monkeypatch.setattr("ml.child.START", 0.01)
    assert refusal(good()) == "cannot_process"
    assert len(started) == 1 and started[0].returncode == -signal.SIGKILL


def test_a_child_that_was_killed_is_replaced(child: int) -> None:
    os.kill(child, signal.SIGKILL)
    os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)  # until it is gone, for the pool to find
    assert read_photo_apart(good()).size == (320, 240)
    assert sandbox._idle.queue[0].process.pid != child


def test_a_child_goes_after_its_share_of_photos(child: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox._idle.queue[0], "left", 1)
    read_photo_apart(good())
    assert sandbox._idle.empty()


def test_a_picture_larger_than_allowed_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    head = HEAD.pack(PICTURE, 12_000, 12_000)
    monkeypatch.setattr(Child, "_receive", lambda self, length, until: head)
    assert refusal(good()) == "cannot_process"


def test_the_largest_picture_that_a_photo_becomes_comes_back_whole() -> None:
    data = encoded(drawn(1999, 1999))
    assert np.array_equal(np.asarray(read_photo_apart(data)), np.asarray(read_photo(data)))


def test_neither_side_can_cut_off_the_memory_that_they_share() -> None:
    with os.fdopen(_shared_memory(), "r+b") as shared, pytest.raises(PermissionError):
        shared.truncate(0)


def test_a_child_can_open_nothing_start_nothing_and_write_nothing(child: int) -> None:
    limits = Path(f"/proc/{child}/limits").read_text()
    rows = {line[:26].strip(): line[26:].split()[0] for line in limits.splitlines()[1:]}
    assert (rows["Max open files"], rows["Max processes"], rows["Max file size"]) == ("0", "0", "0")
    assert rows["Max core file size"] == "0"
    assert int(rows["Max address space"]) < 1300 * 2**20


def test_a_child_knows_no_secret_and_carries_no_network_library(child: int) -> None:
    environment = Path(f"/proc/{child}/environ").read_bytes()
    assert b"DATA_DIR" not in environment and b"SECRET" not in environment
    assert "torch" not in Path(f"/proc/{child}/maps").read_text()


def test_a_photo_does_not_stay_in_the_memory_of_a_child(child: int) -> None:
    """Pages that something else lies on as well stay: of a hundred pieces about two."""
    data = encoded(Image.effect_noise((900, 700), 90).convert("RGB"), "PNG")
    pixels = read_photo_apart(data).tobytes()
    pieces = [photo[at : at + 64] for photo in (data, pixels) for at in range(0, len(photo) - 64, 20_000)]
    assert not sandbox._idle.queue[0].memory[:].strip(b"\0")
    assert sum(map(held(child).__contains__, pieces)) > 0.5 * len(pieces)
    sandbox.forget_photos()
    deadline = time.monotonic() + 10
    while sum(map(held(child).__contains__, pieces)) > 0.1 * len(pieces):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert read_photo_apart(data).tobytes() == pixels


def held(process: int) -> bytes:
    """What a process has on its heap."""
    (place,) = (row for row in Path(f"/proc/{process}/maps").read_text().splitlines() if row.endswith("[heap]"))
    begin, end = (int(number, 16) for number in place.split()[0].split("-"))
    with Path(f"/proc/{process}/mem").open("rb") as memory:
        memory.seek(begin)
        try:
            return memory.read(end - begin)
        except OSError:  # it shrank in this moment
            return held(process)


def test_a_child_ends_with_its_parent() -> None:
    code = "import time; from ml import sandbox; sandbox.warm_up()\n"
    code += "print(sandbox._idle.queue[0].process.pid, flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        orphan = int(parent.stdout.readline())
        assert Path(f"/proc/{orphan}").exists()
        parent.kill()
    deadline = time.monotonic() + 10
    while _runs(orphan) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _runs(orphan)


def _runs(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False
