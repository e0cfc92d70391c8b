"""What the serving process does by itself: models are loaded before the first case, and old cases go on time."""

import logging
import threading
from collections.abc import Callable
from itertools import count

from django.db import connection

from diagnosis import engine, gate, services
from ml.inference import UnreadablePhoto, forget_photos, give_back, warm_up

EVERY = 300  # seconds between two rounds
BREATH = 10  # seconds after which the memory of photos, judged or refused, goes back: at once it would cost each 20 ms

logger = logging.getLogger(__name__)
_stop = threading.Event()
_chores: list[Callable[[], object]] = []


def start(*chores: Callable[[], object]) -> threading.Thread:
    """Begin in the background; the server's handle calls this once, in each worker process, and adds its own chores."""
    _chores.extend(chores)
    thread = threading.Thread(target=_run, name="clock", daemon=True)
    thread.start()
    return thread


def tick() -> None:
    """One round: remove what is expired, and files that nobody owns. What fails waits for the next round."""
    for chore in (_purge, services.forget_deserted_patients, *_chores, services.truncate_journal):
        try:
            chore()
        except Exception:  # a full disk or a locked database today must end neither this round nor tomorrow's
            logger.exception("This round of cleaning failed.")
    connection.close()


def _purge() -> None:
    removal = services.purge()
    logger.info("%d expired cases and %d orphan files removed", removal.cases, removal.files)


def _run() -> None:
    try:
        warm_up()
    except UnreadablePhoto:  # the first photo tries again; cleaning must go on
        logger.exception("No decoder got ready.")
    for problem in engine.broken_models():
        logger.error("%s", problem)
    give_back()  # loading takes more than having
    tick()
    for breath in count(1):
        if _stop.wait(BREATH):
            return
        if breath % (EVERY // BREATH) == 0:
            tick()
        if gate.worked():
            forget_photos()
            give_back()
