"""ONNX Runtime on a CPU: a sixth of torch's time, a fifth of its memory, and nothing of torch is imported.

Measured for EfficientNet-Lite0 at 160 px on one thread (CPU ms a picture, MB of the process): ONNX Runtime float32 5.3
and 101, OpenVINO float32 5.9 and 123, OpenVINO bfloat16 3.8 and 115. Of a whole request bfloat16 would save 2 %, and it
changes the heat map; ONNX Runtime also loads in half the time. int8 (static, a scale for each channel, from 100 photos)
takes 2.8 to 3.4 ms instead of 6.1 to 6.8, but on val it loses 1.6 points of balanced accuracy for human_skin and 1.0
for human_eye, where 0.2 may be lost; only dog_skin keeps its own (70.5 for 70.4), with 5 % other first candidates. Its
products also overflow on processors without VNNI, where the weights that cannot overflow take 112 ms.

Neither requests nor the pictures of one request are gathered into batches: at 192 px a picture costs 8.7 ms alone or in
a batch of two, 10.4 in one of four and 11.0 in one of six, which also needs 96 MB instead of 30. One by one they take
turns on every core, and a session that knows it sees one picture works out all paddings when it loads, to the same
logits and maps bit by bit: 6.1 ms instead of 8.6.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache, partial

import numpy as np
import onnxruntime

from ml.errors import CorruptModel
from ml.runtime.base import Floats, Pass

QUIET = 3  # errors only: on some machines its look for a GPU warns


def session_of(model: bytes) -> onnxruntime.InferenceSession:
    """A session for one picture at a time, on one thread: a second one within a picture costs more than it brings."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.add_free_dimension_override_by_name("n", 1)  # as ml.runtime.export names it
    options.enable_cpu_mem_arena = False  # each session would keep what one pass needs, for good
    options.log_severity_level = QUIET
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    session._model_bytes = None  # it would hold on to the file for good: 7 MB of 24 for each network
    return session


def outputs(session: onnxruntime.InferenceSession, one: Floats) -> list[Floats]:
    """All outputs of a session of one input, for a batch of one, (1, ...)."""
    found: list[Floats] = session.run(None, {session.get_inputs()[0].name: one})
    return found


def one_by_one(run: Callable[[Floats], list[Floats]], some: Floats) -> list[Floats]:
    """What ``run`` says of each of some pictures, (N, ...), as a batch of one; as many at once as there are cores."""
    return [np.concatenate(parts) for parts in zip(*_turns(os.getpid()).map(run, some[:, None]), strict=True)]


class OnnxRuntime:
    """A network exported by ``ml.runtime.export``: its front and its back.

    Raises:
        CorruptModel: the files yield other things than a ``Pass``, as those of older days did.
    """

    def __init__(self, files: Iterable[bytes], head: Floats) -> None:
        self.head = head
        self._front, self._back = map(session_of, files)
        named = [output.name for session in (self._back, self._front) for output in session.get_outputs()]
        if tuple(named) != Pass._fields:
            raise CorruptModel("the exported network is of an earlier kind: write it anew with python -m ml export")

    def __call__(self, images: Floats) -> Pass:
        return Pass(*one_by_one(self._see, images))

    def again(self, middle: Floats) -> Floats:
        return one_by_one(partial(outputs, self._back), middle)[0]

    def _see(self, image: Floats) -> list[Floats]:
        (middle,) = outputs(self._front, image)
        return [*outputs(self._back, middle), middle]


@lru_cache(maxsize=1)
def _turns(_process: int) -> ThreadPoolExecutor:
    """The threads that all sessions of a process share: however many ask at once, so much memory is enough."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return ThreadPoolExecutor(cores, thread_name_prefix="network")
