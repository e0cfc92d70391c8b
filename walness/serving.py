"""How gunicorn runs the service: ``gunicorn -c python:walness.serving walness.wsgi:application``."""

import os
from pathlib import Path

from walness.env import between, read

CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"

# A process per core, each with the models loaded once and one thread of computing per diagnosis: a second thread
# within a diagnosis would cost a third more CPU time. The other threads wait for decoders, disks and slow readers.
workers = read("WEB_CONCURRENCY", between(1, 256), CORES)
worker_class = "gthread"
threads = 8
preload_app = False  # every process loads its own models after the fork: their threads do not survive one

timeout = 120
graceful_timeout = 30  # longer than the longest diagnosis, so that a restart loses none
keepalive = 5
max_requests = 0  # a process that holds the models is not recycled
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # a heartbeat that waits for a disk is a false death
control_socket_disable = True  # nothing but the supervisor steers the server
loglevel = "warning"


def post_fork(_server: object, _worker: object) -> None:
    """Before the first thread of a new process starts."""
    from ml.inference import few_heaps

    few_heaps()
