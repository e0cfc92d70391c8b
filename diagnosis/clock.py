"""What the serving process does by itself: models are loaded before the first case, and old cases go on time."""

import logging
import threading

from django.db import connection

from diagnosis import engine, services
from diagnosis.models import Case
from ml.inference import warm_up

EVERY = 300  # seconds between two rounds

logger = logging.getLogger(__name__)
_stop = threading.Event()


def start() -> threading.Thread:
    """Begin in the background; the server's handle calls this once, in each worker process."""
    thread = threading.Thread(target=_run, name="clock", daemon=True)
    thread.start()
    return thread


def tick() -> None:
    """One round: remove what is expired, and files that nobody owns. A failure waits for the next round."""
    try:
        removed = services.forget(Case.objects.expired()) if Case.objects.expired().exists() else 0
        services.forget_deserted_patients()
        logger.info("%d expired cases and %d orphan files removed", removed, services.sweep())
    except Exception:  # a full disk or a locked database today must not end tomorrow's rounds
        logger.exception("This round of cleaning failed.")
    finally:
        connection.close()


def _run() -> None:
    warm_up()
    for problem in engine.broken_models():
        logger.error("%s", problem)
    tick()
    while not _stop.wait(EVERY):
        tick()
